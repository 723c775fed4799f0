// Confirms, rejects, clears and renames labels that the user names.
import { z } from 'zod'
import type { PhotoId } from '../../../contract/domain.ts'
import { LabelOnPhotos, type Confirmed } from '../../../contract/labels.ts'
import { levelsOf, moved, type Rename } from '../../../common/label-renames.ts'
import type { History } from '../history/history.ts'
import type { StoredRename } from '../history/rename-steps.ts'
import { columnList, columnsFromExcluded } from '../history/triggers.ts'
import type { Db } from '../sqlite/connection.ts'
import { joinNames, type AnnotationState, type AnnotationWriter } from './annotations-write.ts'
import { createLabelInterner, type LabelSpellings } from './labels.ts'
import { subjectsOfThese } from './subjects.ts'

export function createConfirm(
  db: Db,
  history: History,
  { annotate }: AnnotationWriter,
  { shownNames, spellingsOf, spellingsWithBelow }: LabelSpellings,
) {
  const intern = createLabelInterner(db)
  const ofThese = `photo_id IN (${subjectsOfThese})`
  const clearOne = db.command(
    `DELETE FROM annotation WHERE ${ofThese} AND label_id IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(@names)))
       AND state = coalesce(@state, state)`,
  )
  const clearPhotos = db.command(`DELETE FROM annotation WHERE ${ofThese}`)
  // A label that the photo has under the new name already stays as it is; a rejected one is replaced.
  const copyConfirmed = db.command(
    `INSERT INTO annotation (photo_id, label_id, ${columnList()})
     SELECT photo_id, @toId, ${columnList()} FROM annotation WHERE label_id = @fromId AND state = 'confirmed'
     ON CONFLICT (photo_id, label_id) DO UPDATE SET ${columnsFromExcluded} WHERE state = 'rejected'`,
  )
  const countAdded = db.query(
    `SELECT count(*) AS photos FROM history_change
     WHERE step_id = @stepId AND after_state = 'confirmed' AND before_state IS NOT 'confirmed'`,
    z.object({ photos: z.int() }),
  )
  const listRemoved = db.query(
    `SELECT l.name, count(*) AS photos FROM history_change c JOIN label l ON l.id = c.label_id
     WHERE c.step_id = @stepId AND c.before_state = 'confirmed' AND c.after_state IS NULL
     GROUP BY l.id ORDER BY photos DESC, l.name`,
    LabelOnPhotos,
  )
  const listRecent = db.query(
    // The name of a step that gave several labels is no label.
    `SELECT name FROM history_step WHERE kind = 'confirm' AND is_undone = 0 AND name IN (SELECT name FROM label)
     GROUP BY name ORDER BY max(id) DESC LIMIT @limit`,
    z.object({ name: z.string() }),
  )
  const dropConfirmed = db.command("DELETE FROM annotation WHERE label_id = @fromId AND state = 'confirmed'")

  const move = (from: string, to: string): void => {
    const [fromId, toId] = [intern(from), intern(to)]
    if (fromId === toId) return
    copyConfirmed({ fromId, toId })
    dropConfirmed({ fromId })
  }

  /** A label that becomes one below itself leaves that one, and those below it, where they are. */
  const namesToMove = (from: string, to: string): readonly string[] => {
    const all = spellingsWithBelow(from)
    if (levelsOf(to) <= levelsOf(from)) return all
    const kept = new Set(spellingsWithBelow(to))
    return all.filter((name) => !kept.has(name))
  }

  return {
    /**
     * Confirms this label of these photos; `isOnly` removes their other confirmed labels. Fails with `not-found` and
     * saves nothing when a photo is unknown.
     */
    confirm: (photoIds: readonly PhotoId[], name: string, isOnly = false): Confirmed => {
      let confirmed: Confirmed = { photos: 0, removed: [] }
      history.step('confirm', (stepId) => {
        annotate(new Map([[name, photoIds]]), 'confirmed', { isOnly })
        confirmed = {
          photos: countAdded.get({ stepId })?.photos ?? 0,
          removed: listRemoved.all({ stepId }),
        }
        return name
      })
      return confirmed
    },
    /** Confirms all of these labels of these photos. Returns how many photos changed. Fails as `confirm` does. */
    confirmNames: (photoIds: readonly PhotoId[], names: readonly string[]): { photos: number } =>
      history.step('confirm', () => {
        annotate(new Map(names.map((name) => [name, photoIds])), 'confirmed')
        return joinNames(names)
      }),
    /** Confirms labels, each of its photos. Returns how many photos changed. Fails as `confirm` does. */
    confirmEach: (labels: readonly { name: string; photoIds: readonly PhotoId[] }[]): { photos: number } =>
      history.step('confirm', () => {
        annotate(new Map(labels.map(({ name, photoIds }) => [name, photoIds])), 'confirmed')
        return joinNames(labels.map(({ name }) => name))
      }),
    /** Returns the labels that were confirmed last by name, the newest first. */
    recentNames: (limit: number): string[] => {
      const shown = shownNames()
      return [...new Set(listRecent.all({ limit }).map(({ name }) => shown(name)))]
    },
    /** Rejects this label of these photos: no run brings it back. Fails as `confirm` does. */
    reject: (photoIds: readonly PhotoId[], name: string): void => {
      history.step('reject', () => {
        annotate(new Map([[name, photoIds]]), 'rejected')
        return name
      })
    },
    /** Removes the annotations of these photos with this label and state; null: both. Returns how many photos changed. */
    clear: (
      photoIds: readonly PhotoId[],
      name: string,
      state: AnnotationState | null = null,
    ): { photos: number } =>
      history.step('clear', () => {
        clearOne({ photoIds: JSON.stringify(photoIds), names: JSON.stringify(spellingsOf(name)), state })
        return name
      }),
    /** Removes all annotations of these photos. */
    clearAll: (photoIds: readonly PhotoId[]): void => {
      history.step('clear', () => {
        clearPhotos({ photoIds: JSON.stringify(photoIds) })
        return null
      })
    },
    /**
     * Moves the photos with confirmed labels, and with those below them, to others; what `follows` is kept with the step.
     * Returns how many photos changed.
     */
    rename: (renames: readonly Rename[], follows: StoredRename | null = null): { photos: number } =>
      history.step('rename', (stepId) => {
        if (follows !== null) history.noteRename(stepId, follows)
        for (const { from, to } of renames)
          for (const name of namesToMove(from, to)) move(name, moved(name, from, to))
        const names = renames.map(({ from }) => from)
        return `${joinNames(names) ?? `${names.slice(0, 3).join(', ')}…`} → ${renames[0]?.to ?? ''}`
      }),
    /** Removes confirmed labels, and those below them, from all photos. Returns how many photos changed. */
    remove: (names: readonly string[]): { photos: number } =>
      history.step('clear', () => {
        for (const name of names.flatMap(spellingsWithBelow)) dropConfirmed({ fromId: intern(name) })
        return joinNames(names)
      }),
  }
}
