// Embeddings are centred and brought to one scale before a fit; the scaling is folded into the head afterwards.
import type { Matrix } from './linear-layer.ts'
import type { LinearHead } from './logistic-regression.ts'
import { rowsInMemory, type RowSource } from './row-source.ts'

export interface Scaling {
  /** [dim]. */
  readonly mean: Float64Array
  /** One factor for all dimensions, so that directions that hardly vary are not blown up. */
  readonly factor: number
}

/** Mean and scale such that centred rows have a mean squared norm of `dim`. */
export function measureScaling(matrix: Matrix): Scaling {
  const { rows, dim, values } = matrix
  const mean = measureMean(rowsInMemory(matrix))
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += ((values[i] ?? 0) - (mean[i % dim] ?? 0)) ** 2
  return { mean, factor: squares === 0 ? 1 : Math.sqrt((rows * dim) / squares) }
}

export function measureMean({ rows, dim, blocks }: RowSource): Float64Array {
  const mean = new Float64Array(dim)
  for (const { matrix } of blocks()) {
    const { values } = matrix
    for (let i = 0; i < values.length; i++) mean[i % dim] = (mean[i % dim] ?? 0) + (values[i] ?? 0) / rows
  }
  return mean
}

export function scale({ rows, dim, values }: Matrix, { mean, factor }: Scaling): Matrix {
  const scaled = new Float32Array(values.length)
  for (let i = 0; i < scaled.length; i++) scaled[i] = ((values[i] ?? 0) - (mean[i % dim] ?? 0)) * factor
  return { rows, dim, values: scaled }
}

/** The head that does to raw embeddings what `parameters` do to scaled ones. */
export function foldScaling(parameters: Float64Array, classes: number, scaling: Scaling): LinearHead {
  const dim = scaling.mean.length
  const weights = new Float32Array(classes * dim)
  const bias = new Float32Array(classes)
  for (let c = 0; c < classes; c++) {
    let shift = parameters[classes * dim + c] ?? 0
    for (let d = 0; d < dim; d++) {
      const weight = (parameters[c * dim + d] ?? 0) * scaling.factor
      weights[c * dim + d] = weight
      shift -= weight * (scaling.mean[d] ?? 0)
    }
    bias[c] = shift
  }
  return { classes, dim, weights, bias }
}
