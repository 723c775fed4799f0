// Reads heads and their weights, and which head is promoted.
import { z } from 'zod'
import { ModelId, PhotoId } from '../../../contract/domain.ts'
import { Head, HeadMetrics, type HeadId } from '../../../contract/heads.ts'
import type { Db } from '../sqlite/connection.ts'
import { VariantId } from './model-variants.ts'

const Row = Head.omit({ classes: true, metrics: true, isPromoted: true }).extend({
  modelId: ModelId,
  classes: z.string(),
  metrics: z.string().nullable(),
  isPromoted: z.int(),
})

const promotedId = `(SELECT head_id FROM head_promotion WHERE variant_id = h.variant_id ORDER BY id DESC LIMIT 1)`
const select = `SELECT h.id, h.version, v.model_id AS modelId, m.name AS modelName, h.kind, h.mode, h.classes, h.l2,
    h.seed, h.temperature, h.evaluation, h.metrics, h.created_at_ms AS createdAtMs,
    (SELECT count(*) FROM head_example e WHERE e.head_id = h.id) AS trainedOn,
    h.id IS ${promotedId} AS isPromoted
  FROM head h JOIN model_variant v ON v.id = h.variant_id JOIN model m ON m.id = v.model_id`

const toHead = (row: z.infer<typeof Row>): Head => ({
  ...row,
  classes: z.array(z.string()).parse(JSON.parse(row.classes)),
  metrics: row.metrics === null ? null : HeadMetrics.parse(JSON.parse(row.metrics)),
  isPromoted: row.isPromoted === 1,
})

export type HeadReader = ReturnType<typeof createHeadReader>

export function createHeadReader(db: Db) {
  const confused = db.query(
    `SELECT photo_id AS photoId FROM head_evaluation
     WHERE head_id = @id AND truth = @truth AND predicted = @predicted`,
    z.object({ photoId: PhotoId }),
  )
  const get = db.query(`${select} WHERE h.id = @id`, Row)
  const list = db.query(`${select} WHERE h.variant_id = @variantId ORDER BY h.version DESC`, Row)
  const promoted = db.query(`${select} WHERE h.variant_id = @variantId AND h.id = ${promotedId}`, Row)
  const parameters = db.query(
    'SELECT variant_id AS variantId, dim, parameters FROM head WHERE id = @id',
    z.object({ variantId: VariantId, dim: z.int(), parameters: z.instanceof(Uint8Array) }),
  )
  const examples = db.query(
    `SELECT coalesce(p.subject_id, p.id) AS photoId FROM head_example e JOIN photo p ON p.id = e.photo_id
     WHERE e.head_id = @id`,
    z.object({ photoId: z.int() }),
  )

  return {
    /** Returns the head; null for null and for one that is gone. */
    get: (id: HeadId | null): Head | null => {
      const row = id === null ? null : get.get({ id })
      return row === null ? null : toHead(row)
    },
    /** Returns the heads of the variant, the newest version first. */
    list: (variantId: VariantId): Head[] => list.all({ variantId }).map(toHead),
    /** Returns the promoted head, or null where the model's own is in use. */
    promoted: (variantId: VariantId): Head | null => {
      const row = promoted.get({ variantId })
      return row === null ? null : toHead(row)
    },
    /** Returns weights and biases, as `NewHead` has them, and the length of the embeddings. */
    parameters: (id: HeadId): { dim: number; values: Float32Array; variantId: VariantId } | null => {
      const row = parameters.get({ id })
      if (row === null) return null
      const values = new Float32Array(Uint8Array.from(row.parameters).buffer)
      return { dim: row.dim, variantId: row.variantId, values }
    },
    /** Returns the photos of one cell of the confusion matrix. */
    confused: (id: HeadId, truth: number, predicted: number): PhotoId[] =>
      confused.all({ id, truth, predicted }).map(({ photoId }) => photoId),
    /** Returns the photos that the annotations of the images belong to that the head was trained on, in whatever rendering. */
    trainedOn: (id: HeadId): Set<number> => new Set(examples.all({ id }).map(({ photoId }) => photoId)),
  }
}
