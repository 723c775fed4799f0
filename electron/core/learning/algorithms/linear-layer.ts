// A linear layer over a matrix of embeddings, block by block: logits forward, gradients backward.
import { columnTile, instantiateMatmul, rowTile } from './simd-matmul.ts'

/** Row-major float32 values, [rows, dim]. */
export interface Matrix {
  readonly rows: number
  readonly dim: number
  readonly values: Float32Array
}

/** A block of embeddings this high stays in the processor's cache between the forward and the backward pass. */
export const blockRows = 128

const padTo = (value: number, tile: number) => tile * Math.ceil(value / tile)

export interface LinearLayer {
  /** Distance between two rows of `logits`, at least `classes`. */
  readonly stride: number
  /** [blockRows, stride], valid until the next `forward`; `backward` reads residuals from here. */
  readonly logits: Float32Array
  /** `weights` is [classes, dim], `bias` [classes]. */
  setWeights(weights: ArrayLike<number>, bias: ArrayLike<number>): void
  /** Logits of `rows` <= blockRows embeddings from row `from` on. */
  forward(matrix: Matrix, from: number, rows: number): void
  /** Adds the gradient of what is in `logits`, for the rows of the last `forward`, to `gradient` [classes, dim]. */
  backward(gradient: Float64Array): void
}

export function createLinearLayer(dim: number, classes: number): LinearLayer {
  const paddedDim = padTo(dim, rowTile)
  const stride = padTo(classes, columnTile)
  const sizes = [
    blockRows * paddedDim,
    paddedDim * stride,
    blockRows * stride,
    blockRows * stride,
    paddedDim * stride,
  ]
  const offsets = sizes.map((_, index) => 4 * sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
  const [inputAt = 0, weightsAt = 0, logitsAt = 0, residualsAt = 0, gradientAt = 0] = offsets
  const simd = instantiateMatmul(4 * sizes.reduce((sum, size) => sum + size, 0))
  const view = (index: number) => new Float32Array(simd.memory.buffer, offsets[index], sizes[index])
  const [input, weightPanels, logits, residualPanels, gradientBlock] = [0, 1, 2, 3, 4].map(view)
  if (!input || !weightPanels || !logits || !residualPanels || !gradientBlock) throw new Error('no memory')
  const bias = new Float32Array(classes)
  let rowsInBlock = 0

  return {
    stride,
    logits,
    setWeights(weights, newBias) {
      bias.set(newBias)
      for (let c = 0; c < classes; c++) {
        const panel = (c - (c % columnTile)) * dim + (c % columnTile)
        for (let d = 0; d < dim; d++) weightPanels[panel + d * columnTile] = weights[c * dim + d] ?? 0
      }
    },
    forward(matrix, from, rows) {
      rowsInBlock = rows
      if (paddedDim === dim) input.set(matrix.values.subarray(from * dim, (from + rows) * dim))
      else {
        for (let r = 0; r < rows; r++)
          input.set(matrix.values.subarray((from + r) * dim, (from + r + 1) * dim), r * paddedDim)
      }
      const paddedRows = padTo(rows, rowTile)
      simd.product(inputAt, weightsAt, logitsAt, paddedRows, stride, dim, 4 * paddedDim, 4)
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < classes; c++)
          logits[r * stride + c] = (logits[r * stride + c] ?? 0) + (bias[c] ?? 0)
      }
    },
    backward(gradient) {
      const rows = rowsInBlock
      for (let p = 0; p < stride; p += columnTile) {
        for (let r = 0; r < rows; r++)
          residualPanels.set(
            logits.subarray(r * stride + p, r * stride + p + columnTile),
            p * rows + r * columnTile,
          )
      }
      simd.product(inputAt, residualsAt, gradientAt, paddedDim, stride, rows, 4, 4 * paddedDim)
      for (let d = 0; d < dim; d++) {
        for (let c = 0; c < classes; c++)
          gradient[c * dim + d] = (gradient[c * dim + d] ?? 0) + (gradientBlock[d * stride + c] ?? 0)
      }
    },
  }
}

/**
 * A layer with a value for each of `points`, the larger, the nearer it is: |a - b|^2 = |a|^2 - 2 (a.b - |b|^2 / 2), and the
 * value is what is in brackets.
 */
export function createDistanceLayer(points: Matrix): LinearLayer {
  const layer = createLinearLayer(points.dim, points.rows)
  layer.setWeights(
    points.values,
    squaredLengths(points).map((square) => -square / 2),
  )
  return layer
}

/** Calls `onRow` with the place of each row's largest output, the first one of equals, and that output. */
export function forLargest(
  layer: LinearLayer,
  outputs: number,
  points: Matrix,
  onRow: (row: number, largest: number, output: number) => void,
): void {
  const { logits, stride } = layer
  for (let from = 0; from < points.rows; from += blockRows) {
    const rows = Math.min(blockRows, points.rows - from)
    layer.forward(points, from, rows)
    for (let r = 0; r < rows; r++) {
      const at = r * stride
      let best = 0
      for (let c = 1; c < outputs; c++) if ((logits[at + c] ?? 0) > (logits[at + best] ?? 0)) best = c
      onRow(from + r, best, logits[at + best] ?? 0)
    }
  }
}

/** Sums the rows of each cluster, [count, dim], and counts them. */
export function sumClusters(
  { dim, values }: Matrix,
  clusters: Int32Array,
  count: number,
): { readonly sums: Float32Array; readonly counts: Int32Array } {
  const sums = new Float32Array(count * dim)
  const counts = new Int32Array(count)
  for (const [row, cluster] of clusters.entries()) {
    counts[cluster] = (counts[cluster] ?? 0) + 1
    for (let d = 0; d < dim; d++)
      sums[cluster * dim + d] = (sums[cluster * dim + d] ?? 0) + (values[row * dim + d] ?? 0)
  }
  return { sums, counts }
}

export function squaredLengths({ rows, dim, values }: Matrix): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let square = 0
    for (let i = row * dim; i < (row + 1) * dim; i++) square += (values[i] ?? 0) ** 2
    return square
  })
}
