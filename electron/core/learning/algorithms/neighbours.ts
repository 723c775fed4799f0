// Similar photos by the cosine of their embeddings: exact search, nothing approximate.
import { computeLogits } from './apply-head.ts'
import type { Matrix } from './linear-layer.ts'

export interface Neighbour {
  readonly row: number
  readonly cosine: number
}

/** The product of two rows, in float64. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** The cosine of two rows, in float64; 0 where one has no length. */
export function cosineOf(a: Float32Array, b: Float32Array): number {
  const scale = Math.sqrt(dot(a, a) * dot(b, b))
  return scale === 0 ? 0 : dot(a, b) / scale
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
    let position = best.length
    while (position > 0 && cosine > (best[position - 1]?.cosine ?? 1)) position--
    best.splice(position, 0, { row, cosine })
    if (best.length > count) best.pop()
  }
  return best
}
