// What people said about labels; no job writes here. On the disk before a call returns.
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { createLabelInterner } from './labels.ts'
import type { Db } from './sqlite.ts'

export type Annotations = ReturnType<typeof createAnnotations>

export function createAnnotations(db: Db) {
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
       model_id = coalesce(excluded.model_id, model_id), score = coalesce(excluded.score, score)`,
  )
  const clear = db.command(
    `DELETE FROM annotation
     WHERE photo_id = @photoId AND label_id = (SELECT id FROM label WHERE name = @name)`,
  )

  const judgeAll = (
    photosByLabel: ReadonlyMap<string, Iterable<PhotoId>>,
    state: 'confirmed' | 'rejected',
  ): void => {
    const atMs = Date.now()
    db.durably(() => {
      for (const [name, photoIds] of photosByLabel) {
        const labelId = intern(name)
        for (const photoId of photoIds) {
          if (judge({ photoId, labelId, state, atMs }) > 0) continue
          throw new AppError(
            'not-found',
            `Photo ${photoId} is not in the library. Nothing was saved; list the photos again.`,
          )
        }
      }
    })
  }

  return {
    /** These photos have this label, says a person. Fails with `not-found` and saves nothing when a photo is unknown. */
    confirm: (photoIds: readonly PhotoId[], name: string): void =>
      judgeAll(new Map([[name, photoIds]]), 'confirmed'),
    /** Confirms many labels, all or nothing. */
    confirmAll: (photosByLabel: ReadonlyMap<string, Iterable<PhotoId>>): void =>
      judgeAll(photosByLabel, 'confirmed'),
    /** These photos do not have this label, says a person. No run brings it back. */
    reject: (photoIds: readonly PhotoId[], name: string): void =>
      judgeAll(new Map([[name, photoIds]]), 'rejected'),
    /** Takes back what a person said about this label. */
    clear: (photoIds: readonly PhotoId[], name: string): void => {
      db.durably(() => {
        for (const photoId of photoIds) clear({ photoId, name })
      })
    },
  }
}
