// Heads with their weights, which one is in use, and its suggestions. Knows no statement that touches a human label.
import { z } from 'zod'
import { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { Head, HeadId, HeadMetrics } from '../../contract/learning.ts'
import { createHeadPredictions, type HeadPrediction } from './head-predictions.ts'
import { VariantId } from './models.ts'
import type { Db } from './sqlite.ts'

/** A head to be kept, with the photos that it was trained on. */
export interface NewHead extends Pick<
  Head,
  'kind' | 'mode' | 'classes' | 'l2' | 'seed' | 'temperature' | 'evaluation' | 'metrics'
> {
  readonly variantId: VariantId
  readonly dim: number
  /** [classes, dim] weights, then [classes] biases. */
  readonly parameters: Float32Array
  readonly photoIds: readonly PhotoId[]
  /** What it said of the photos that `metrics` are from. */
  readonly verdicts: readonly Verdict[]
}

/** One photo in the confusion matrix; classes by their place. */
export interface Verdict {
  readonly photoId: PhotoId
  readonly truth: number
  readonly predicted: number
}

const Row = Head.omit({ classes: true, metrics: true, isPromoted: true }).extend({
  modelId: ModelId,
  classes: z.string(),
  metrics: z.string().nullable(),
  isPromoted: z.int(),
})

const inUse = `(SELECT head_id FROM head_promotion WHERE variant_id = h.variant_id ORDER BY id DESC LIMIT 1)`
const select = `SELECT h.id, h.version, v.model_id AS modelId, m.name AS modelName, h.kind, h.mode, h.classes, h.l2,
    h.seed, h.temperature, h.evaluation, h.metrics, h.created_at_ms AS createdAtMs,
    (SELECT count(*) FROM head_example e WHERE e.head_id = h.id) AS trainedOn,
    h.id IS ${inUse} AS isPromoted
  FROM head h JOIN model_variant v ON v.id = h.variant_id JOIN model m ON m.id = v.model_id`

const toHead = (row: z.infer<typeof Row>): Head => ({
  ...row,
  classes: z.array(z.string()).parse(JSON.parse(row.classes)),
  metrics: row.metrics === null ? null : HeadMetrics.parse(JSON.parse(row.metrics)),
  isPromoted: row.isPromoted === 1,
})

export type Heads = ReturnType<typeof createHeads>

export function createHeads(db: Db) {
  const suggested = createHeadPredictions(db)
  const insert = db.query(
    `INSERT INTO head (variant_id, version, kind, mode, classes, dim, parameters, temperature, l2, seed, evaluation,
       metrics, created_at_ms)
     SELECT @variantId, coalesce(max(version), 0) + 1, @kind, @mode, @classes, @dim, @parameters, @temperature, @l2,
       @seed, @evaluation, @metrics, @atMs
     FROM head WHERE variant_id = @variantId RETURNING id`,
    z.object({ id: HeadId }),
  )
  const insertExample = db.command('INSERT INTO head_example (head_id, photo_id) VALUES (@headId, @photoId)')
  const insertVerdict = db.command(
    `INSERT INTO head_evaluation (head_id, truth, predicted, photo_id)
     VALUES (@headId, @truth, @predicted, @photoId)`,
  )
  const confused = db.query(
    `SELECT photo_id AS photoId FROM head_evaluation
     WHERE head_id = @id AND truth = @truth AND predicted = @predicted`,
    z.object({ photoId: PhotoId }),
  )
  const get = db.query(`${select} WHERE h.id = @id`, Row)
  const list = db.query(`${select} WHERE h.variant_id = @variantId ORDER BY h.version DESC`, Row)
  const promoted = db.query(`${select} WHERE h.variant_id = @variantId AND h.id = ${inUse}`, Row)
  const parameters = db.query(
    'SELECT variant_id AS variantId, dim, parameters FROM head WHERE id = @id',
    z.object({ variantId: VariantId, dim: z.int(), parameters: z.instanceof(Uint8Array) }),
  )
  const examples = db.query(
    'SELECT photo_id AS photoId FROM head_example WHERE head_id = @id',
    z.object({ photoId: z.int() }),
  )
  const promote = db.command(
    'INSERT INTO head_promotion (variant_id, head_id, at_ms) VALUES (@variantId, @headId, @atMs)',
  )
  const demote = db.command(
    'DELETE FROM head_promotion WHERE id = (SELECT max(id) FROM head_promotion WHERE variant_id = @variantId)',
  )
  const before = db.query(
    'SELECT head_id AS headId FROM head_promotion WHERE variant_id = @variantId ORDER BY id DESC LIMIT 1 OFFSET 1',
    z.object({ headId: HeadId }),
  )
  const find = (id: HeadId | null): Head | null => {
    const row = id === null ? null : get.get({ id })
    return row === null ? null : toHead(row)
  }
  const findPromoted = (variantId: VariantId): Head | null => {
    const row = promoted.get({ variantId })
    return row === null ? null : toHead(row)
  }
  return {
    /** Keeps a head as the next version of its variant, all or nothing. */
    add: ({ photoIds, verdicts, parameters: values, ...head }: NewHead): Head =>
      db.transaction(() => {
        const row = insert.get({
          ...head,
          classes: JSON.stringify(head.classes),
          metrics: head.metrics === null ? null : JSON.stringify(head.metrics),
          parameters: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
          atMs: Date.now(),
        })
        if (row === null) throw new Error('INSERT gave no id')
        for (const photoId of photoIds) insertExample({ headId: row.id, photoId })
        for (const verdict of verdicts) insertVerdict({ headId: row.id, ...verdict })
        const added = find(row.id)
        if (added === null) throw new Error('the head is not there')
        return added
      }),
    get: find,
    /** The newest version first. */
    list: (variantId: VariantId): Head[] => list.all({ variantId }).map(toHead),
    /** The head in use, or null for the model's own. */
    promoted: findPromoted,
    /** Weights and biases, as `NewHead` has them, and the length of the embeddings. */
    parameters: (id: HeadId): { dim: number; values: Float32Array; variantId: VariantId } | null => {
      const row = parameters.get({ id })
      if (row === null) return null
      const values = new Float32Array(Uint8Array.from(row.parameters).buffer)
      return { dim: row.dim, variantId: row.variantId, values }
    },
    /** The photos of one cell of the confusion matrix. */
    confused: (id: HeadId, truth: number, predicted: number): PhotoId[] =>
      confused.all({ id, truth, predicted }).map(({ photoId }) => photoId),
    /** Photos that the head was trained on. */
    trainedOn: (id: HeadId): Set<number> => new Set(examples.all({ id }).map(({ photoId }) => photoId)),

    /** Puts a head in use with its suggestions, all or nothing; a head that is in use gets new suggestions. */
    promote: (variantId: VariantId, headId: HeadId, predictions: Iterable<HeadPrediction>): void => {
      suggested.stage(predictions)
      db.transaction(() => {
        if (findPromoted(variantId)?.id !== headId) promote({ variantId, headId, atMs: Date.now() })
        suggested.putStaged(variantId, headId)
      })
    },
    /** Goes back to the head before, or to the model's own (null); `predict` gives that head's suggestions. */
    rollback: (
      variantId: VariantId,
      predict: (head: Head) => Iterable<HeadPrediction>,
    ): { head: Head | null } => {
      const next = find(before.get({ variantId })?.headId ?? null)
      if (next !== null) suggested.stage(predict(next))
      db.transaction(() => {
        demote({ variantId })
        if (findPromoted(variantId)?.id !== next?.id)
          throw new AppError('bad-request', 'Another program changed which head is in use; try again.')
        if (next === null) suggested.clear(variantId)
        else suggested.putStaged(variantId, next.id)
      })
      return { head: next === null ? null : find(next.id) }
    },
  }
}
