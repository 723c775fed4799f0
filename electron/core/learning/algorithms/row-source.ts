// Rows of embeddings that need not be in memory as a whole: some of them are taken, or all go by in blocks.
import type { Matrix } from './linear-layer.ts'
import { takeRows } from './split.ts'

/**
 * [Note: row sources] A million embeddings of 768 numbers are 3 GB as float32. What works with all of them needs each once, to
 * write it as a few coordinates, and later some of them whole; so they stay on disk, where each is float16.
 */
export interface RowSource {
  readonly rows: number
  readonly dim: number
  /** A copy of these rows, in this order. */
  readonly take: (rows: readonly number[]) => Matrix
  /** All rows in their order, some thousand at a time; the next block may take the memory of the last one. */
  readonly blocks: () => Iterable<RowBlock>
}

export interface RowBlock {
  /** The number of its first row. */
  readonly from: number
  readonly matrix: Matrix
}

export function rowsInMemory(matrix: Matrix): RowSource {
  const { rows, dim } = matrix
  return { rows, dim, take: (some) => takeRows(matrix, some), blocks: () => [{ from: 0, matrix }] }
}

/** The rows of another source that `wanted` names, which rise. */
export function selectRows({ dim, take, blocks }: RowSource, wanted: readonly number[]): RowSource {
  return {
    rows: wanted.length,
    dim,
    take: (some) => take(some.map((row) => wanted[row] ?? 0)),
    *blocks() {
      let at = 0
      for (const { from, matrix } of blocks()) {
        const here: number[] = []
        for (let row = wanted[at]; row !== undefined && row < from + matrix.rows; row = wanted[++at])
          here.push(row - from)
        if (here.length > 0) yield { from: at - here.length, matrix: takeRows(matrix, here) }
      }
    },
  }
}
