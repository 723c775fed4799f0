// Similar photos and near-duplicates by the cosine of their embeddings: exact search, nothing approximate.
import { computeLogits } from './apply-head.ts'
import { blockRows, createLinearPass, type Matrix } from './linear-pass.ts'

export interface Neighbour {
  readonly row: number
  readonly cosine: number
}

/** 1 / length of each row; 0 for a row of zeros. */
export function inverseNorms({ rows, dim, values }: Matrix): Float32Array {
  const inverse = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let square = 0
    for (let i = row * dim; i < (row + 1) * dim; i++) square += (values[i] ?? 0) ** 2
    inverse[row] = square === 0 ? 0 : 1 / Math.sqrt(square)
  }
  return inverse
}

/** The rows most similar to `query`, itself left out, the most similar first. */
export function findSimilar(
  matrix: Matrix,
  inverse: Float32Array,
  query: number,
  count: number,
): Neighbour[] {
  const { rows, dim, values } = matrix
  const weights = values.slice(query * dim, (query + 1) * dim)
  const products = computeLogits({ classes: 1, dim, weights, bias: new Float32Array(1) }, matrix)
  const best: Neighbour[] = []
  for (let row = 0; row < rows; row++) {
    const cosine = (products[row] ?? 0) * (inverse[row] ?? 0) * (inverse[query] ?? 0)
    if (row === query || (best.length === count && cosine <= (best[count - 1]?.cosine ?? 1))) continue
    let place = best.length
    while (place > 0 && cosine > (best[place - 1]?.cosine ?? 1)) place--
    best.splice(place, 0, { row, cosine })
    if (best.length > count) best.pop()
  }
  return best
}

/** Groups of rows that are connected by pairs with at least this cosine; groups of one are left out. */
export function groupDuplicates(matrix: Matrix, minCosine: number): number[][] {
  const { rows, dim } = matrix
  const inverse = inverseNorms(matrix)
  const normal = Float32Array.from(matrix.values, (value, i) => value * (inverse[Math.floor(i / dim)] ?? 0))
  const parent = Int32Array.from({ length: rows }, (_, row) => row)
  const rootOf = (row: number): number => {
    let root = row
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root
    return root
  }
  const all: Matrix = { rows, dim, values: normal }
  const noBias = new Float32Array(blockRows)
  const pass = createLinearPass(dim, blockRows)
  for (let right = 0; right < rows; right += blockRows) {
    const width = Math.min(blockRows, rows - right)
    const block = new Float32Array(blockRows * dim)
    block.set(normal.subarray(right * dim, (right + width) * dim))
    pass.setWeights(block, noBias)
    for (let left = 0; left <= right; left += blockRows) {
      const height = Math.min(blockRows, rows - left)
      pass.forward(all, left, height)
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < width; c++) {
          if (left + r >= right + c || (pass.logits[r * pass.stride + c] ?? 0) < minCosine) continue
          const [a, b] = [rootOf(left + r), rootOf(right + c)]
          parent[Math.max(a, b)] = Math.min(a, b)
        }
      }
    }
  }
  const groups = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    const root = rootOf(row)
    groups.set(root, [...(groups.get(root) ?? []), row])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}
