// Relative position bias (BEiT): what is added to an attention's scores, by the distance between query and key.
import type { Architecture, Grid } from '../config/architecture.ts'
import { bytesOf } from '../tensor.ts'
import type { Encoder } from './encoder.ts'
import { resamplePositions } from './position-embedding.ts'
import type { Load, Weights } from './weights.ts'

/** From CLS to a patch, from a patch to CLS, from CLS to itself: the last three rows of a table. */
const further = 3

/**
 * The part of an encoder that adds the bias; none where the model has none. A table [distances + 3, heads] has a row for
 * each distance in rows and columns. It is gathered into [1, heads, tokens, tokens] at run time, so that the file stays small.
 */
export function relativePositions(
  { g }: Pick<Encoder, 'g'>,
  arch: Architecture,
  weights: Weights,
  grid: Grid,
): Pick<Encoder, 'scoreBias'> {
  if (arch.relativePositions === 'none') return {}
  const tokens = 1 + grid.rows * grid.columns
  const distances = (2 * grid.rows - 1) * (2 * grid.columns - 1)
  const made = new Map<string, string>()
  const bias = (name: string): string => {
    const known = made.get(name)
    if (known !== undefined) return known
    const table = g.tensor(name, {
      type: 'float32',
      dims: [arch.heads, distances + further],
      load: loadTable(name, arch, weights, grid),
    })
    const index = g.tensor('relative_position_index', {
      type: 'int64',
      dims: [tokens * tokens],
      load: () => bytesOf(distanceIndex(grid)),
    })
    const gathered = g.node('Gather', [table, index], { attributes: { axis: 1 } })
    const value = g.node('Reshape', [gathered, g.ints(1, arch.heads, tokens, tokens)])
    made.set(name, value)
    return value
  }
  return {
    scoreBias(block, queries) {
      const owner = arch.relativePositions === 'shared' ? 'rel_pos_bias' : `blocks.${block}.attn`
      const all = bias(`${owner}.relative_position_bias_table`)
      if (queries === tokens || typeof queries === 'string') return all
      return g.node('Slice', [all, g.ints(0), g.ints(queries), g.ints(2)])
    },
  }
}

/** The stored table, resampled to the grid, as [heads, distances + 3]. */
function loadTable(
  name: string,
  arch: Architecture,
  weights: Weights,
  grid: Grid,
): () => Promise<Uint8Array> {
  const { heads, gridRows, gridColumns, resampling } = arch
  const from = { rows: 2 * gridRows - 1, columns: 2 * gridColumns - 1 }
  const to = { rows: 2 * grid.rows - 1, columns: 2 * grid.columns - 1 }
  const load: Load = weights.take(name, [from.rows * from.columns + further, heads])
  return async () => {
    const stored = await load()
    const patches = stored.subarray(0, from.rows * from.columns * heads)
    const resampled = resamplePositions(patches, { ...from, dim: heads }, to, resampling.relative)
    const count = to.rows * to.columns + further
    const table = new Float32Array(heads * count)
    for (let i = 0; i < count; i++) {
      const isFurther = i >= count - further
      for (let head = 0; head < heads; head++)
        table[head * count + i] =
          (isFurther
            ? stored[patches.length + (i - count + further) * heads + head]
            : resampled[i * heads + head]) ?? 0
    }
    return bytesOf(table)
  }
}

/** [tokens * tokens]: the row of the table for each query and key. */
function distanceIndex({ rows, columns }: Grid): BigInt64Array {
  const tokens = 1 + rows * columns
  const width = 2 * columns - 1
  const first = (2 * rows - 1) * width
  const index = new BigInt64Array(tokens * tokens)
  for (let query = 0; query < tokens; query++) {
    for (let key = 0; key < tokens; key++) {
      let at: number
      if (query === 0) at = key === 0 ? first + 2 : first
      else if (key === 0) at = first + 1
      else {
        const [q, k] = [query - 1, key - 1]
        const down = Math.floor(q / columns) - Math.floor(k / columns) + rows - 1
        at = down * width + (q % columns) - (k % columns) + columns - 1
      }
      index[query * tokens + key] = BigInt(at)
    }
  }
  return index
}
