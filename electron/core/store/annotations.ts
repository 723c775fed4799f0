// What people said about labels; no job writes here. Each call is one step of the history, on the disk before it returns.
import { z } from 'zod'
import type { Label, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { createBreather } from '../breather.ts'
import { classesOf } from '../browse/rule-set.ts'
import { annotationColumns, type History } from './history.ts'
import { createLabelInterner } from './labels.ts'
import type { RulesStore } from './rules.ts'
import type { Db } from './sqlite.ts'
import { chosenVariant } from './suggestions.ts'

export type Annotations = ReturnType<typeof createAnnotations>

type Judgement = 'confirmed' | 'rejected'

/** Labels of photos that are saved in one go; some ten milliseconds. */
const pieceSize = 1000

/** Nobody need watch or stop it. */
interface LongWork {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

const otherColumns = annotationColumns.join(', ')

export function createAnnotations(db: Db, history: History, rules: RulesStore) {
  const intern = createLabelInterner(db)
  // One statement for many photos: the triggers then cost a thirtieth of what they do for a statement each. What the
  // person saw is remembered with the judgement: the suggestion of the variant that labelled the photo last, the head
  // before the model, with the sum of the classes that the rules lead to this label. Without one, the older memory stays.
  const isClass = 'p.label_id IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(@classes)))'
  const ofShown = 'p.variant_id = c.variantId AND p.photo_id = c.photoId'
  const judge = db.command(
    `WITH chosen AS MATERIALIZED (${chosenVariant}), said AS MATERIALIZED (
       SELECT c.photoId, c.variantId,
         (SELECT h.version FROM head_prediction p JOIN head h ON h.id = p.head_id
          WHERE ${ofShown} AND ${isClass} LIMIT 1) AS headVersion,
         (SELECT sum(p.score) FROM head_prediction p WHERE ${ofShown} AND ${isClass}) AS headScore,
         (SELECT sum(p.score) FROM prediction p WHERE ${ofShown} AND ${isClass}) AS modelScore
       FROM chosen c
     )
     INSERT INTO annotation (photo_id, label_id, state, model_id, head_version, score, at_ms)
     SELECT said.photoId, @labelId, @state, iif(coalesce(headScore, modelScore) IS NULL, NULL, v.model_id), headVersion,
       min(1, coalesce(headScore, modelScore)), @atMs
     FROM said LEFT JOIN model_variant v ON v.id = said.variantId WHERE true
     ON CONFLICT (photo_id, label_id) DO UPDATE SET
       state = excluded.state, at_ms = excluded.at_ms,
       head_version = iif(excluded.model_id IS NULL, head_version, excluded.head_version),
       model_id = coalesce(excluded.model_id, model_id), score = coalesce(excluded.score, score)
     WHERE state <> excluded.state AND NOT @keepsSaid`,
  )
  const findUnknown = db.query(
    'SELECT value AS id FROM json_each(@photoIds) WHERE value NOT IN (SELECT id FROM photo) LIMIT 1',
    z.object({ id: z.int() }),
  )
  const ofThese = 'photo_id IN (SELECT value FROM json_each(@photoIds))'
  const clearOne = db.command(
    `DELETE FROM annotation WHERE ${ofThese} AND label_id = (SELECT id FROM label WHERE name = @name)`,
  )
  const clearPhotos = db.command(`DELETE FROM annotation WHERE ${ofThese}`)
  // Only where the one label is confirmed now: a person may have rejected it before the others could go.
  const clearOthers = db.command(
    `DELETE FROM annotation WHERE ${ofThese} AND label_id <> @labelId AND state = 'confirmed' AND EXISTS (
       SELECT 1 FROM annotation only WHERE only.photo_id = annotation.photo_id AND only.label_id = @labelId
         AND only.state = 'confirmed')`,
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
    { isOnly = false, keepsSaid = false, atMs = Date.now() } = {},
  ): void => {
    for (const [name, ids] of photosByLabel) {
      const photoIds = JSON.stringify([...ids])
      const unknown = findUnknown.get({ photoIds })
      if (unknown !== null)
        throw new AppError(
          'not-found',
          `Photo ${unknown.id} is not in the library. Nothing was saved; list the photos again.`,
        )
      const labelId = intern(name)
      const classes = JSON.stringify(classesOf(rules.get(), name))
      judge({ photoIds, labelId, classes, variantId: null, state, atMs, keepsSaid: keepsSaid ? 1 : 0 })
      if (isOnly) clearOthers({ photoIds, labelId })
    }
  }

  return {
    /**
     * These photos have this label, says a person; `isOnly` takes back their other confirmed labels. Fails with
     * `not-found` and saves nothing when a photo is unknown.
     */
    confirm: (photoIds: readonly PhotoId[], name: string, isOnly = false): void => {
      history.step('confirm', () => {
        judgeAll(new Map([[name, photoIds]]), 'confirmed', { isOnly })
        return name
      })
    },
    /**
     * Confirms many labels that come from a file, all or nothing, in pieces; see [Note: long steps]. Gives how many
     * photos changed. `onProgress` is told of how many labels of photos are saved.
     */
    confirmAll: (
      photosByLabel: ReadonlyMap<string, ReadonlySet<PhotoId>>,
      { signal, onProgress }: LongWork = {},
    ): Promise<{ photos: number }> => {
      const atMs = Date.now()
      const total = [...photosByLabel.values()].reduce((sum, { size }) => sum + size, 0)
      function* pieces() {
        let done = 0
        for (const piece of inPieces(photosByLabel)) {
          yield () => {
            judgeAll(piece, 'confirmed', { atMs })
          }
          for (const photoIds of piece.values()) done += photoIds.length
          onProgress?.(done, total)
        }
      }
      const name = joinNames(photosByLabel.keys())
      return history.exclusive(() => {
        // It may have waited long for another step.
        signal?.throwIfAborted()
        return history.longStep('import', name, pieces(), createBreather(signal))
      })
    },
    /**
     * Confirms or rejects suggestions that were shown; gives how many photos changed. What a person said of them
     * meanwhile stays.
     */
    judgeShown: (
      shown: ReadonlyMap<PhotoId, readonly Label[]>,
      state: Judgement,
      isOnly = false,
    ): { photos: number } =>
      history.step(state === 'confirmed' ? 'accept' : 'reject', () => {
        const photosByLabel = groupByLabel(shown)
        judgeAll(photosByLabel, state, { isOnly: isOnly && state === 'confirmed', keepsSaid: true })
        return joinNames(photosByLabel.keys())
      }),
    /** These photos do not have this label, says a person. No run brings it back. */
    reject: (photoIds: readonly PhotoId[], name: string): void => {
      history.step('reject', () => {
        judgeAll(new Map([[name, photoIds]]), 'rejected')
        return name
      })
    },
    /** Takes back what a person said about this label. */
    clear: (photoIds: readonly PhotoId[], name: string): void => {
      history.step('clear', () => {
        clearOne({ photoIds: JSON.stringify(photoIds), name })
        return name
      })
    },
    /** Takes back everything that a person said about these photos. */
    clearAll: (photoIds: readonly PhotoId[]): void => {
      history.step('clear', () => {
        clearPhotos({ photoIds: JSON.stringify(photoIds) })
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

/** The same in parts of some milliseconds each. */
function* inPieces(
  photosByLabel: ReadonlyMap<string, ReadonlySet<PhotoId>>,
): Generator<Map<string, PhotoId[]>> {
  let piece = new Map<string, PhotoId[]>()
  let size = 0
  for (const [name, photoIds] of photosByLabel) {
    let part: PhotoId[] = []
    for (const photoId of photoIds) {
      part.push(photoId)
      piece.set(name, part)
      if (++size < pieceSize) continue
      yield piece
      piece = new Map()
      part = []
      size = 0
    }
  }
  if (size > 0) yield piece
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
