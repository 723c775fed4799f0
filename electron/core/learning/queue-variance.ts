// Photos whose labels would lower doubt most: transductive experimental design (Yu, Bi & Tresp 2006), weighted by doubt.
import { computeLogits } from './apply-head.ts'
import { cholesky, solveLower } from './cholesky.ts'
import type { Matrix } from './linear-pass.ts'
import type { QueuePicker } from './queue-picker.ts'
import { takeRows } from './split.ts'

/** How much a label leaves open about a photo just like its own. */
const noise = 1

/**
 * A linear head on embeddings leaves each photo a variance, which every label lowers, most for photos like its own. Each
 * photo taken is the one whose label would lower the variance of all others most, where the head is unsure of them and
 * of it. What is labelled or taken lowers it already, so that photos are neither outliers nor like one another.
 */
export const lowerVariance: QueuePicker = ({ short, pool, labelled, doubts, count }) => {
  const variances = covariances(short, pool, labelled)
  const picked: number[] = []
  const isPicked = new Uint8Array(pool.length)
  while (picked.length < count) {
    const best = mostUseful(variances, doubts, isPicked)
    isPicked[best] = 1
    picked.push(best)
    learnFrom(variances, pool.length, best)
  }
  return picked
}

/** [pool, pool]: what is open about each photo of the pool together with each other one, after what is labelled. */
function covariances(short: Matrix, pool: readonly number[], labelled: readonly number[]): Float32Array {
  const { dim } = short
  const precision = new Float64Array(dim * dim)
  for (let d = 0; d < dim; d++) precision[d * dim + d] = 1
  for (const row of labelled) {
    const values = short.values.subarray(row * dim, (row + 1) * dim)
    for (let a = 0; a < dim; a++)
      for (let b = 0; b <= a; b++)
        precision[a * dim + b] = (precision[a * dim + b] ?? 0) + ((values[a] ?? 0) * (values[b] ?? 0)) / noise
  }
  const factor = cholesky(precision, dim)
  const whitened = takeRows(short, pool)
  for (let at = 0; at < whitened.values.length; at += dim)
    solveLower(factor, whitened.values.subarray(at, at + dim))
  const bias = new Float32Array(pool.length)
  return computeLogits({ classes: pool.length, dim, weights: whitened.values, bias }, whitened)
}

/** The photo whose label would lower the doubtful variance most; ties go to the earlier. */
function mostUseful(variances: Float32Array, doubts: Float32Array, isPicked: Uint8Array): number {
  const { length } = doubts
  let [best, bestGain] = [-1, -1]
  for (let j = 0; j < length; j++) {
    if (isPicked[j] === 1) continue
    const row = variances.subarray(j * length, (j + 1) * length)
    let gain = 0
    for (let i = 0; i < length; i++) gain += (doubts[i] ?? 0) * (row[i] ?? 0) ** 2
    gain *= (doubts[j] ?? 0) / ((row[j] ?? 0) + noise)
    if (gain > bestGain) [best, bestGain] = [j, gain]
  }
  return best
}

/** What is open once photo `j` is labelled. */
function learnFrom(variances: Float32Array, length: number, j: number): void {
  const row = variances.slice(j * length, (j + 1) * length)
  const scale = 1 / ((row[j] ?? 0) + noise)
  for (let a = 0; a < length; a++) {
    const share = (row[a] ?? 0) * scale
    const target = variances.subarray(a * length, (a + 1) * length)
    for (let b = 0; b < length; b++) target[b] = (target[b] ?? 0) - share * (row[b] ?? 0)
  }
}
