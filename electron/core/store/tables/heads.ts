// Heads with their weights. No statement here changes an annotation.
import { z } from 'zod'
import type { PhotoId } from '../../../contract/domain.ts'
import { HeadId, HeadResult, type Head } from '../../../contract/heads.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { createHeadPromotion } from './heads-promote.ts'
import { createHeadReader } from './heads-read.ts'
import type { VariantId } from './model-variants.ts'

/** A head to be saved, with the photos that it was trained on. */
export interface NewHead extends Pick<
  Head,
  'kind' | 'mode' | 'classes' | 'l2' | 'seed' | 'temperature' | 'evaluation' | 'metrics'
> {
  readonly variantId: VariantId
  readonly dim: number
  /** [classes, dim] weights, then [classes] biases. */
  readonly parameters: Float32Array
  readonly photoIds: readonly PhotoId[]
  /** Its predictions for the photos that `metrics` are from. */
  readonly verdicts: readonly Verdict[]
}

/** One photo in the confusion matrix; classes by index. */
export interface Verdict {
  readonly photoId: PhotoId
  readonly truth: number
  readonly predicted: number
}

export type Heads = ReturnType<typeof createHeads>

export function createHeads(db: Db, history: History) {
  const reader = createHeadReader(db)
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

  const insertResult = db.command('INSERT INTO head_result (head_id, result) VALUES (@headId, @result)')
  const result = db.query(
    'SELECT result FROM head_result WHERE head_id = @headId',
    z.object({ result: z.string() }),
  )

  return {
    ...reader,
    ...createHeadPromotion(db, reader, history),
    /** Returns what its training said of the head; null where that was not kept. */
    resultOf: (headId: HeadId): HeadResult | null => {
      const row = result.get({ headId })
      return row === null ? null : HeadResult.parse(JSON.parse(row.result))
    },
    /** Saves a head as the next version of its variant, with what its training said of it, all or nothing. */
    add: (
      { photoIds, verdicts, parameters: values, ...head }: NewHead,
      said: HeadResult | null = null,
    ): Head =>
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
        if (said !== null) insertResult({ headId: row.id, result: JSON.stringify(said) })
        for (const verdict of verdicts) insertVerdict({ headId: row.id, ...verdict })
        const added = reader.get(row.id)
        if (added === null) throw new Error('the head is not there')
        return added
      }),
  }
}
