// Reads the outcome of inference: the state of a photo, its embedding, the top labels of all photos.
import { z } from 'zod'
import { JobId, PhotoId } from '../../../contract/domain.ts'
import type { Message } from '../../../texts/message.ts'
import type { Db } from '../sqlite/connection.ts'
import { countsOf } from './cleared-suggestions.ts'
import { readVector, StoredVector } from './embedding-vector.ts'
import type { LabelSpellings } from './labels.ts'
import { readMessage } from './stored-message.ts'
import { VariantId } from './model-variants.ts'
import { subjectOf } from './subjects.ts'

export const InferenceRow = z.object({
  status: z.enum(['labelled', 'failed']),
  reason: z.string().nullable(),
  reasonValues: z.string().nullable(),
  /** The job with this outcome. */
  jobId: JobId,
  /** How many labels are stored. */
  ranks: z.int(),
  /** Whether the photo has a confirmed label; then a failure leaves it labelled. */
  isConfirmed: z.int(),
})
export type InferenceState = Omit<z.infer<typeof InferenceRow>, 'reason' | 'reasonValues'> & {
  readonly reason: Message | null
}

/** Whether the photo @photoId has a confirmed label. */
export const isConfirmed = `EXISTS (SELECT 1 FROM annotation a WHERE a.photo_id = ${subjectOf('@photoId')} AND a.state = 'confirmed')`

export function createPredictionReader(db: Db, { shownNames }: LabelSpellings) {
  const key = 'variant_id = @variantId AND photo_id = @photoId'
  const state = db.query(
    `SELECT status, reason, reason_values AS reasonValues, job_id AS jobId,
       (SELECT count(*) FROM prediction WHERE ${key}) AS ranks,
       ${isConfirmed} AS isConfirmed
     FROM inference i WHERE ${key} AND ${countsOf('i')}`,
    InferenceRow,
  )
  const embedding = db.query(`SELECT vector, is_half AS isHalf FROM embedding WHERE ${key}`, StoredVector)
  const lastVariant = db.query(
    `SELECT v.id FROM model_variant v JOIN model m ON m.id = v.model_id AND m.removed_at_ms IS NULL
     CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = @photoId
     WHERE i.status = 'labelled' AND ${countsOf('i', 'v')} ORDER BY i.at_ms DESC, v.id DESC LIMIT 1`,
    z.object({ id: VariantId }),
  )
  const topLabels = db.query(
    `SELECT p.photo_id AS photoId, l.name FROM prediction p JOIN label l ON l.id = p.label_id
     WHERE p.variant_id = @variantId AND p.rank = 1`,
    z.object({ photoId: PhotoId, name: z.string() }),
  )
  return {
    /** Returns the outcome for this photo and variant; null before any inference, and after its suggestions were cleared. */
    stateOf: (photoId: PhotoId, variantId: VariantId): InferenceState | null => {
      const row = state.get({ photoId, variantId })
      if (row === null) return null
      const { reason, reasonValues, ...rest } = row
      return { ...rest, reason: readMessage({ template: reason, values: reasonValues }) }
    },
    /** Returns the variant that labelled the photo last; null where none did. */
    lastVariant: (photoId: PhotoId): VariantId | null => lastVariant.get({ photoId })?.id ?? null,
    /** Returns the CLS embedding [dim]; null where there is none. */
    embedding: (photoId: PhotoId, variantId: VariantId): Float32Array | null => {
      const row = embedding.get({ photoId, variantId })
      return row === null ? null : readVector(row)
    },
    /** Returns the top label of the model itself for each photo, whatever the rules. */
    topLabels: (variantId: VariantId): Map<PhotoId, string> => {
      const shown = shownNames()
      return new Map(topLabels.all({ variantId }).map(({ photoId, name }) => [photoId, shown(name)]))
    },
  }
}
