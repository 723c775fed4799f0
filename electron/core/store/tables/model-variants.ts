// Variants of models: the precision and input size in which they were run, and which of them was used last.
import { z } from 'zod'
import { ModelId, Precision } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

/**
 * One model at one precision and input size; what predictions belong to. Users choose models, so the contract has no
 * variants: a job names its variant by its request, a list shows the variant that was used last.
 */
export const VariantId = z.int().positive().brand('VariantId')
export type VariantId = z.infer<typeof VariantId>

export const Variant = z.object({
  modelId: ModelId,
  precision: Precision,
  inputWidthPx: z.int(),
  inputHeightPx: z.int(),
})
export type Variant = Readonly<z.infer<typeof Variant>>

export function createModelVariants(db: Db) {
  const variantKey = 'model_id, precision, input_width_px, input_height_px'
  const findVariant = db.query(
    `SELECT id FROM model_variant WHERE (${variantKey}) = (@modelId, @precision, @inputWidthPx, @inputHeightPx)`,
    z.object({ id: VariantId }),
  )
  const insertVariant = db.query(
    `INSERT INTO model_variant (${variantKey}) VALUES (@modelId, @precision, @inputWidthPx, @inputHeightPx)
     RETURNING id`,
    z.object({ id: VariantId }),
  )
  const lastUsed = db.query(
    `SELECT v.id FROM job j JOIN model_variant v ON v.id = j.variant_id JOIN model m ON m.id = v.model_id
     WHERE m.removed_at_ms IS NULL AND (@modelId IS NULL OR m.id = @modelId) ORDER BY j.last_started_at_ms DESC, j.id DESC LIMIT 1`,
    z.object({ id: VariantId }),
  )
  const lastUsedWithWords = db.query(
    `SELECT v.id FROM job j JOIN model_variant v ON v.id = j.variant_id JOIN model m ON m.id = v.model_id
     WHERE m.removed_at_ms IS NULL AND m.reads_words = 1 ORDER BY j.last_started_at_ms DESC, j.id DESC LIMIT 1`,
    z.object({ id: VariantId }),
  )
  const describeVariant = db.query(
    `SELECT model_id AS modelId, precision, input_width_px AS inputWidthPx, input_height_px AS inputHeightPx
     FROM model_variant WHERE id = @id`,
    Variant,
  )

  return {
    /** Returns the variant with these properties, which is made when it is new. */
    variant: (variant: Variant): VariantId =>
      // Most often there is one, which is found also in a library that cannot be written.
      findVariant.get({ ...variant })?.id ??
      db.transaction(() => {
        const row = findVariant.get({ ...variant }) ?? insertVariant.get({ ...variant })
        if (row === null) throw new Error('INSERT gave no id')
        return row.id
      }),
    describeVariant: (id: VariantId): Variant | null => describeVariant.get({ id }),
    /** Returns the variant that the newest job ran with, of this model or of any; null before the first job. */
    lastUsed: (modelId: ModelId | null): VariantId | null => lastUsed.get({ modelId })?.id ?? null,
    /** The same of models with a text encoder. */
    lastUsedWithWords: (): VariantId | null => lastUsedWithWords.get({})?.id ?? null,
    /** Returns what lists and exports show: a model as it was run last, or `latest` where no model is named. */
    shown: (modelId: ModelId | null): VariantId | 'latest' | null =>
      modelId === null ? 'latest' : (lastUsed.get({ modelId })?.id ?? null),
  }
}
