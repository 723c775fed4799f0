// What people said about labels; no job writes here. Each call is one step of the history, on the disk before it returns.
import { z } from 'zod'
import type { Label, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { annotationColumns, type History } from './history.ts'
import { createLabelInterner } from './labels.ts'
import type { Db } from './sqlite.ts'
import type { Suggestions } from './suggestions.ts'

export type Annotations = ReturnType<typeof createAnnotations>

type Judgement = 'confirmed' | 'rejected'

const otherColumns = annotationColumns.join(', ')

export function createAnnotations(db: Db, history: History, suggestions: Suggestions) {
  const intern = createLabelInterner(db)
  // What the person saw is remembered with the judgement: the suggestion of the head in use, which comes before those of
  // models, else the newest of a model. Without one, the older memory stays.
  const judge = db.command(
    `WITH shown AS (
       SELECT v.model_id, p.score, h.version AS head_version, h.created_at_ms AS at_ms, v.id
       FROM model_variant v
       CROSS JOIN head_prediction p ON p.variant_id = v.id AND p.photo_id = @photoId AND p.label_id = @labelId
       JOIN head h ON h.id = p.head_id
       UNION ALL
       SELECT v.model_id, p.score, NULL, i.at_ms, v.id
       FROM model_variant v
       CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = @photoId
       CROSS JOIN prediction p ON p.variant_id = v.id AND p.photo_id = @photoId AND p.label_id = @labelId
     ), suggestion AS (SELECT * FROM shown ORDER BY head_version IS NULL, at_ms DESC, id DESC LIMIT 1)
     INSERT INTO annotation (photo_id, label_id, state, model_id, head_version, score, at_ms)
     SELECT photo.id, @labelId, @state, s.model_id, s.head_version, s.score, @atMs
     FROM photo LEFT JOIN suggestion s WHERE photo.id = @photoId
     ON CONFLICT (photo_id, label_id) DO UPDATE SET
       state = excluded.state, at_ms = excluded.at_ms,
       head_version = iif(excluded.model_id IS NULL, head_version, excluded.head_version),
       model_id = coalesce(excluded.model_id, model_id), score = coalesce(excluded.score, score)
     WHERE state <> excluded.state`,
  )
  const isKnown = db.query('SELECT 1 AS one FROM photo WHERE id = @photoId', z.object({ one: z.int() }))
  const clearOne = db.command(
    `DELETE FROM annotation
     WHERE photo_id = @photoId AND label_id = (SELECT id FROM label WHERE name = @name)`,
  )
  const clearPhoto = db.command('DELETE FROM annotation WHERE photo_id = @photoId')
  const clearOthers = db.command(
    `DELETE FROM annotation WHERE photo_id = @photoId AND label_id <> @labelId AND state = 'confirmed'`,
  )
  // A label that the photo has under the new name already stays as it is; one that was rejected gives way.
  const copyConfirmed = db.command(
    `INSERT INTO annotation (photo_id, label_id, ${otherColumns})
     SELECT photo_id, @toId, ${otherColumns} FROM annotation WHERE label_id = @fromId AND state = 'confirmed'
     ON CONFLICT (photo_id, label_id) DO UPDATE SET
       ${annotationColumns.map((name) => `${name} = excluded.${name}`).join(', ')}
     WHERE state = 'rejected'`,
  )
  const dropConfirmed = db.command("DELETE FROM annotation WHERE label_id = @fromId AND state = 'confirmed'")

  /** Saves what a person said, the same time for all. Throws where a photo is unknown. */
  const judgeAll = (
    photosByLabel: ReadonlyMap<string, Iterable<PhotoId>>,
    state: Judgement,
    isOnly: boolean,
  ): void => {
    const atMs = Date.now()
    for (const [name, photoIds] of photosByLabel) {
      const labelId = intern(name)
      for (const photoId of photoIds) {
        if (judge({ photoId, labelId, state, atMs }) === 0 && isKnown.get({ photoId }) === null)
          throw new AppError(
            'not-found',
            `Photo ${photoId} is not in the library. Nothing was saved; list the photos again.`,
          )
        if (isOnly) clearOthers({ photoId, labelId })
      }
    }
  }

  return {
    /**
     * These photos have this label, says a person; `isOnly` takes back their other confirmed labels. Fails with
     * `not-found` and saves nothing when a photo is unknown.
     */
    confirm: (photoIds: readonly PhotoId[], name: string, isOnly = false): void => {
      history.step('confirm', () => {
        judgeAll(new Map([[name, photoIds]]), 'confirmed', isOnly)
        return name
      })
    },
    /** Confirms many labels that come from a file, all or nothing. */
    confirmAll: (photosByLabel: ReadonlyMap<string, Iterable<PhotoId>>): void => {
      history.step('import', () => {
        judgeAll(photosByLabel, 'confirmed', false)
        return joinNames(photosByLabel.keys())
      })
    },
    /** Confirms or rejects the best suggestion that shows; gives how many photos have one. */
    judgeBest: (photoIds: readonly PhotoId[], state: Judgement, isOnly: boolean): { photos: number } =>
      history.step(state === 'confirmed' ? 'accept' : 'reject', () => {
        const shown = [...suggestions.best(photoIds)]
        const best = groupByLabel(new Map(shown.map(([photoId, label]) => [photoId, [label]])))
        judgeAll(best, state, isOnly && state === 'confirmed')
        return joinNames(best.keys())
      }),
    /** These photos do not have this label, says a person. No run brings it back. */
    reject: (photoIds: readonly PhotoId[], name: string): void => {
      history.step('reject', () => {
        judgeAll(new Map([[name, photoIds]]), 'rejected', false)
        return name
      })
    },
    /** None of the suggestions that show is right. */
    rejectAll: (photoIds: readonly PhotoId[]): void => {
      history.step('reject', () => {
        const shown = suggestions.visible(photoIds, null, suggestions.judgements(photoIds))
        const all = groupByLabel(shown)
        judgeAll(all, 'rejected', false)
        return joinNames(all.keys())
      })
    },
    /** Takes back what a person said about this label. */
    clear: (photoIds: readonly PhotoId[], name: string): void => {
      history.step('clear', () => {
        for (const photoId of photoIds) clearOne({ photoId, name })
        return name
      })
    },
    /** Takes back everything that a person said about these photos. */
    clearAll: (photoIds: readonly PhotoId[]): void => {
      history.step('clear', () => {
        for (const photoId of photoIds) clearPhoto({ photoId })
        return null
      })
    },
    /** Gives the photos that were confirmed to have one label another one; gives how many there are. */
    rename: (from: string, to: string): { photos: number } =>
      history.step('rename', () => {
        const [fromId, toId] = [intern(from), intern(to)]
        if (fromId !== toId) {
          copyConfirmed({ fromId, toId })
          dropConfirmed({ fromId })
        }
        return `${from} → ${to}`
      }),
  }
}

/** Photos by the names of their labels. */
function groupByLabel(labelsOf: ReadonlyMap<PhotoId, readonly Label[]>): Map<string, PhotoId[]> {
  const groups = new Map<string, PhotoId[]>()
  for (const [photoId, labels] of labelsOf) {
    for (const { name } of labels) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [photoId])
      else group.push(photoId)
    }
  }
  return groups
}

/** A few names as they are; of many, none. */
function joinNames(names: Iterable<string>): string | null {
  const all = [...names]
  return all.length > 0 && all.length <= 3 ? all.join(', ') : null
}
