// What models said: top labels and embeddings per photo and variant. Knows no statement that touches a human label.
import { z } from 'zod'
import { JobId, type PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { createLabelInterner } from './labels.ts'
import type { VariantId } from './models.ts'
import type { Db } from './sqlite.ts'

export type InferenceResult =
  | {
      readonly status: 'labelled'
      readonly photoId: PhotoId
      readonly widthPx: number
      readonly heightPx: number
      readonly takenAtMs: number | null
      /** Best first; `score` is the softmax probability. */
      readonly top: readonly { readonly label: string; readonly score: number }[]
      /** CLS embedding; null where the graph does not give it. */
      readonly embedding: Float32Array | null
    }
  | { readonly status: 'failed'; readonly photoId: PhotoId; readonly reason: string }

const InferenceState = z.object({
  status: z.enum(['labelled', 'failed']),
  reason: z.string().nullable(),
  /** The job that came to this. */
  jobId: JobId,
  /** How many labels are stored. */
  ranks: z.int(),
  /** Whether a person gave the photo a label; then a failure leaves it labelled. */
  isConfirmed: z.int(),
})
export type InferenceState = z.infer<typeof InferenceState>

export type Predictions = ReturnType<typeof createPredictions>

export function createPredictions(db: Db) {
  const intern = createLabelInterner(db)
  const key = 'variant_id = @variantId AND photo_id = @photoId'
  const isConfirmed =
    "EXISTS (SELECT 1 FROM annotation a WHERE a.photo_id = @photoId AND a.state = 'confirmed')"
  const state = db.query(
    `SELECT status, reason, job_id AS jobId, (SELECT count(*) FROM prediction WHERE ${key}) AS ranks,
       ${isConfirmed} AS isConfirmed
     FROM inference WHERE ${key}`,
    InferenceState,
  )
  const removedModel = db.query(
    `SELECT m.name FROM model_variant v JOIN model m ON m.id = v.model_id
     WHERE v.id = @variantId AND m.removed_at_ms IS NOT NULL`,
    z.object({ name: z.string() }),
  )
  const upsertState = `INSERT INTO inference (variant_id, photo_id, status, reason, job_id, at_ms)
    VALUES (@variantId, @photoId, @status, @reason, @jobId, @atMs)
    ON CONFLICT (variant_id, photo_id) DO UPDATE SET
      status = excluded.status, reason = excluded.reason, job_id = excluded.job_id, at_ms = excluded.at_ms`
  const saveLabelled = db.command(upsertState)
  // A success stays one, and counts as seen by this job.
  const saveFailed = db.query(
    `INSERT INTO inference (variant_id, photo_id, status, reason, job_id, at_ms)
     VALUES (@variantId, @photoId, 'failed', @reason, @jobId, @atMs)
     ON CONFLICT (variant_id, photo_id) DO UPDATE SET job_id = excluded.job_id,
       reason = CASE status WHEN 'failed' THEN excluded.reason END,
       at_ms = CASE status WHEN 'failed' THEN excluded.at_ms ELSE at_ms END
     RETURNING iif(status = 'labelled' OR ${isConfirmed}, 'labelled', 'failed') AS status`,
    InferenceState.pick({ status: true }),
  )
  const setFacts = db.command(
    `UPDATE photo SET width_px = @widthPx, height_px = @heightPx, taken_at_ms = coalesce(@takenAtMs, taken_at_ms)
     WHERE id = @photoId`,
  )
  const deleteTop = db.command(`DELETE FROM prediction WHERE ${key}`)
  const insertTop = db.command(
    `INSERT INTO prediction (variant_id, photo_id, rank, label_id, score)
     VALUES (@variantId, @photoId, @rank, @labelId, @score)`,
  )
  // Another vector gets a number of its own: by the highest one, caches see that they are old.
  const upsertEmbedding = db.command(
    `INSERT INTO embedding (variant_id, photo_id, vector) VALUES (@variantId, @photoId, @vector)
     ON CONFLICT (variant_id, photo_id) DO UPDATE SET
       vector = excluded.vector, id = (SELECT max(id) + 1 FROM embedding)
     WHERE vector IS NOT excluded.vector`,
  )
  const embedding = db.query(
    `SELECT vector FROM embedding WHERE ${key}`,
    z.object({ vector: z.instanceof(Uint8Array) }),
  )

  return {
    /** What came of this photo with this variant; null when nobody has looked yet. */
    stateOf: (photoId: PhotoId, variantId: VariantId): InferenceState | null =>
      state.get({ photoId, variantId }),

    /**
     * Saves a batch, all or nothing. A success replaces what the variant said of the photo before. A failure replaces
     * only a failure: the content is the same, so the labels of an earlier success still hold. Gives for each result
     * how its photo stands now. Fails with `model-missing` for a model that was removed meanwhile, with all that it said
     * before.
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
            `The model ${removed.name} was removed from the library while it labelled photos. Add it again and start again.`,
          )
        return results.map((result) => {
          const { photoId, status } = result
          const row = { variantId, photoId }
          if (result.status === 'failed') {
            return saveFailed.get({ ...row, reason: result.reason, jobId, atMs })?.status ?? 'failed'
          }
          saveLabelled({ ...row, status, reason: null, jobId, atMs })
          const { widthPx, heightPx, takenAtMs } = result
          setFacts({ photoId, widthPx, heightPx, takenAtMs })
          deleteTop(row)
          for (const [index, { label, score }] of result.top.entries()) {
            insertTop({ ...row, rank: index + 1, labelId: intern(label), score })
          }
          if (result.embedding !== null) upsertEmbedding({ ...row, vector: toBytes(result.embedding) })
          return status
        })
      })
    },

    embedding: (photoId: PhotoId, variantId: VariantId): Float32Array | null => {
      const row = embedding.get({ photoId, variantId })
      // A copy, since the bytes from SQLite need not lie on a multiple of four.
      return row === null ? null : new Float32Array(Uint8Array.from(row.vector).buffer)
    },
  }
}

/** The bytes as they lie in memory, which is little-endian on every platform that Labelroom runs on. */
function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}
