// Predictions of models: top labels and embeddings by photo and variant. No statement here changes an annotation.
import { z } from 'zod'
import type { JobId, PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg, type Message } from '../../../texts/message.ts'
import { countsOf } from './cleared-suggestions.ts'
import { storeVector } from './embedding-vector.ts'
import { createLabelInterner, type LabelSpellings } from './labels.ts'
import type { VariantId } from './model-variants.ts'
import { createPredictionReader, InferenceRow, isConfirmed, type InferenceState } from './predictions-read.ts'
import type { Db } from '../sqlite/connection.ts'
import { storeMessage } from './stored-message.ts'

export type InferenceResult =
  | {
      readonly status: 'labelled'
      readonly photoId: PhotoId
      readonly widthPx: number
      readonly heightPx: number
      readonly takenAtMs: number | null
      /** Best first; `score` is the softmax probability. */
      readonly top: readonly { readonly label: string; readonly score: number }[]
      /** CLS embedding; null where the graph has no such output. */
      readonly embedding: Float32Array | null
    }
  | { readonly status: 'failed'; readonly photoId: PhotoId; readonly reason: Message }

const generation = '(SELECT generation FROM model_variant WHERE id = @variantId)'
const saveLabelledSql = `INSERT INTO inference (variant_id, photo_id, status, job_id, at_ms, generation)
  VALUES (@variantId, @photoId, @status, @jobId, @atMs, ${generation})
  ON CONFLICT (variant_id, photo_id) DO UPDATE SET
    status = excluded.status, reason = NULL, reason_values = NULL,
    job_id = excluded.job_id, at_ms = excluded.at_ms, generation = excluded.generation`

// A success stays one, and counts as seen by this job.
const saveFailedSql = `INSERT INTO inference (variant_id, photo_id, status, reason, reason_values, job_id, at_ms)
  VALUES (@variantId, @photoId, 'failed', @reason, @reasonValues, @jobId, @atMs)
  ON CONFLICT (variant_id, photo_id) DO UPDATE SET job_id = excluded.job_id,
    reason = CASE status WHEN 'failed' THEN excluded.reason END,
    reason_values = CASE status WHEN 'failed' THEN excluded.reason_values END,
    at_ms = CASE status WHEN 'failed' THEN excluded.at_ms ELSE at_ms END
  RETURNING iif(status = 'labelled' OR ${isConfirmed}, 'labelled', 'failed') AS status`

export type Predictions = ReturnType<typeof createPredictions>

export function createPredictions(db: Db, spellings: LabelSpellings) {
  const intern = createLabelInterner(db)
  const key = 'variant_id = @variantId AND photo_id = @photoId'
  const removedModel = db.query(
    `SELECT m.name FROM model_variant v JOIN model m ON m.id = v.model_id
     WHERE v.id = @variantId AND m.removed_at_ms IS NOT NULL`,
    z.object({ name: z.string() }),
  )
  const saveLabelled = db.command(saveLabelledSql)
  const saveFailed = db.query(saveFailedSql, InferenceRow.pick({ status: true }))
  const setFacts = db.command(
    `UPDATE photo SET width_px = @widthPx, height_px = @heightPx, taken_at_ms = coalesce(@takenAtMs, taken_at_ms)
     WHERE id = @photoId`,
  )
  // A success that was cleared holds no longer, whatever comes of this run.
  const deleteCleared = db.command(`DELETE FROM inference AS i WHERE ${key} AND NOT ${countsOf('i')}`)
  const deleteTop = db.command(`DELETE FROM prediction WHERE ${key}`)
  const insertTop = db.command(
    `INSERT INTO prediction (variant_id, photo_id, rank, label_id, score)
     VALUES (@variantId, @photoId, @rank, @labelId, @score)`,
  )
  // A changed vector gets a new number: caches notice by the highest one that they are outdated.
  const upsertEmbedding = db.command(
    `INSERT INTO embedding (variant_id, photo_id, vector, is_half)
     VALUES (@variantId, @photoId, @vector, @isHalf)
     ON CONFLICT (variant_id, photo_id) DO UPDATE SET
       vector = excluded.vector, is_half = excluded.is_half, id = (SELECT max(id) + 1 FROM embedding)
     WHERE vector IS NOT excluded.vector`,
  )
  return {
    ...createPredictionReader(db, spellings),

    /**
     * Saves a batch, all or nothing. A success replaces the variant's earlier predictions for the photo. A failure
     * replaces only a failure: the content is the same, so the labels of an earlier success still hold. Returns the
     * status of each photo now. Fails with `model-missing` for a model that was removed meanwhile, with all its
     * predictions.
     */
    saveBatch: (
      variantId: VariantId,
      jobId: JobId,
      results: readonly InferenceResult[],
    ): InferenceState['status'][] => {
      const atMs = Date.now()
      return db.transaction(() => {
        const removed = removedModel.get({ variantId })
        if (removed !== null)
          throw new AppError(
            'model-missing',
            msg(
              'The model {{name}} was removed from the library while it labelled photos. Add it again and start again.',
              { name: removed.name },
            ),
          )
        return results.map((result) => {
          const { photoId, status } = result
          const row = { variantId, photoId }
          if (result.status === 'failed') {
            if (deleteCleared(row) > 0) deleteTop(row)
            const { template: reason, values: reasonValues } = storeMessage(result.reason)
            return saveFailed.get({ ...row, reason, reasonValues, jobId, atMs })?.status ?? 'failed'
          }
          saveLabelled({ ...row, status, jobId, atMs })
          const { widthPx, heightPx, takenAtMs } = result
          setFacts({ photoId, widthPx, heightPx, takenAtMs })
          deleteTop(row)
          for (const [index, { label, score }] of result.top.entries()) {
            insertTop({ ...row, rank: index + 1, labelId: intern(label), score })
          }
          if (result.embedding !== null) upsertEmbedding({ ...row, ...storeVector(result.embedding) })
          return status
        })
      })
    },
  }
}
