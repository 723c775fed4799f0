// The nearest-class-mean head: serves while there are too few labels for a linear probe to win.
import type { Matrix } from './linear-layer.ts'
import type { Targets } from './logistic-regression.ts'

/**
 * Parameters in the form of `fitLogistic`. The nearest mean is a linear head: -|x - m|^2 / 2 and m.x - |m|^2 / 2
 * differ by the same amount for every class. Divided by `dim`, so that logits of scaled embeddings are of order 1.
 */
export function fitNearestMean({ rows, dim, values }: Matrix, targets: Targets): Float64Array {
  const { classes } = targets
  const parameters = new Float64Array(classes * dim + classes)
  for (let c = 0; c < classes; c++) {
    let count = 0
    const mean = parameters.subarray(c * dim, (c + 1) * dim)
    for (let r = 0; r < rows; r++) {
      if (targets.values[r * classes + c] !== 1) continue
      count += 1
      for (let d = 0; d < dim; d++) mean[d] = (mean[d] ?? 0) + (values[r * dim + d] ?? 0)
    }
    let square = 0
    for (let d = 0; d < dim; d++) {
      const value = (mean[d] ?? 0) / Math.max(1, count)
      square += value * value
      mean[d] = value / dim
    }
    // Without an example there is no mean; one of zeros would lie in the middle of all photos and win many of them.
    parameters[classes * dim + c] = count === 0 ? -Infinity : -square / (2 * dim)
  }
  return parameters
}
