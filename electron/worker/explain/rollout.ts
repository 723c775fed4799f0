// Attention rollout (Abnar & Zuidema 2020): how much of what the head reads comes from each patch, through all blocks.
import type { HeadPart } from '../../../models/config/architecture.ts'

/** The attention probabilities of one block: [heads, tokens, tokens] row-major. */
export interface BlockAttention {
  readonly heads: number
  readonly tokens: number
  readonly values: Float32Array
}

/** The probabilities of an attention pool, whose one query reads the last tokens: [heads, pooled tokens] row-major. */
export interface PoolAttention {
  readonly heads: number
  readonly values: Float32Array
}

function meanOverHeads({ heads, values }: PoolAttention): Float64Array {
  const count = values.length / heads
  const mean = new Float64Array(count)
  for (const [at, value] of values.entries()) mean[at % count] = (mean[at % count] ?? 0) + value / heads
  return mean
}

/**
 * The row of the product of all blocks' (A + I) / 2 for what the head reads, A being the mean over the heads, over the last
 * `patches` tokens. That is CLS; where a head reads several vectors, each has an equal share, a mean or maximum of tokens
 * is shared among them, and an attention pool shares by its own attention. Rows of A sum to 1, and so do those of the mean with the identity, which stands for the residual
 * connection. Only one row of the product is wanted, so it goes from the last block to the first as a vector.
 */
export function attentionRollout(
  blocks: readonly BlockAttention[],
  patches: number,
  headReads: readonly HeadPart[] = ['cls'],
  pool: PoolAttention | null = null,
): Float64Array {
  const tokens = blocks[0]?.tokens ?? 0
  let row = new Float64Array(tokens)
  for (const part of headReads) {
    const share = 1 / headReads.length
    if (part === 'cls') row[0] = share
    else if (part === 'distillation') row[1] = share
    else {
      const count = part.startsWith('token-') ? tokens : patches
      const shares = pool === null ? null : meanOverHeads(pool)
      for (let i = 0; i < count; i++) row[tokens - count + i] = share * (shares?.[i] ?? 1 / count)
    }
  }
  for (const block of blocks.toReversed()) row = stepBack(row, block)
  return row.subarray(tokens - patches)
}

function stepBack(row: Float64Array, { heads, tokens, values }: BlockAttention): Float64Array<ArrayBuffer> {
  const before = Float64Array.from(row, (share) => share / 2)
  for (let head = 0; head < heads; head++) {
    for (let to = 0; to < tokens; to++) {
      const share = (row[to] ?? 0) / (2 * heads)
      const at = (head * tokens + to) * tokens
      for (let from = 0; from < tokens; from++)
        before[from] = (before[from] ?? 0) + share * (values[at + from] ?? 0)
    }
  }
  return before
}
