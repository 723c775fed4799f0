// Photos whose labels would lower the head's variance most: transductive experimental design (Yu, Bi & Tresp 2006), class by class.
import { computeLogits } from './apply-head.ts'
import { cholesky, solveLower } from './cholesky.ts'
import type { Matrix } from './linear-layer.ts'
import type { HeadPredictions, AcquisitionFunction } from './acquisition-function.ts'
import { takeRows } from './split.ts'

/** Variance that a label leaves to a photo just like its own. */
const noise = 0.5
/** Probabilities are raised to this before they count as shares of a photo in its classes. */
const sharpness = 4
/** A photo has no part in classes of which it has a smaller share. */
const leastShare = 0.02

/** Some photos of the pool, and the share that each has in one class. */
interface Members {
  /** Indices into the pool. */
  readonly indices: readonly number[]
  readonly shares: readonly number[]
  /** Labelled rows that are of the class, and their shares in it. */
  readonly labelled: readonly { readonly row: number; readonly share: number }[]
}

/**
 * A linear head on embeddings leaves each photo a variance for each class, which every label of the class lowers, most
 * for photos like its own. Each photo taken is the one whose label would lower the variance of all others most, where
 * the head is uncertain of them. What is labelled or taken lowers it already, so that photos are neither outliers nor like
 * one another; a photo that is partly of one class and partly of another says less about either.
 */
export const varianceReduction: AcquisitionFunction = ({
  reduced,
  pool,
  labelled,
  predictions,
  uncertainty,
  count,
}) => {
  const variances = new Float32Array(pool.length ** 2)
  for (const members of findMembers(pool, labelled, predictions))
    addCovariances(variances, reduced, pool, members)
  const picked: number[] = []
  const isPicked = new Uint8Array(pool.length)
  while (picked.length < count) {
    const best = mostUseful(variances, uncertainty, isPicked)
    isPicked[best] = 1
    picked.push(best)
    conditionOn(variances, pool.length, best)
  }
  return picked
}

/** The photos with a share in each class; all photos are of one class where there is no head. */
function findMembers(
  pool: readonly number[],
  labelled: readonly number[],
  predictions: HeadPredictions | null,
): Members[] {
  const { classes } = predictions ?? { classes: 1 }
  const shares = pool.map((row) => sharesOf(row, predictions))
  const known = labelled.map((row) => ({ row, shares: sharesOf(row, predictions) }))
  return Array.from({ length: classes }, (_, c) => {
    const indices = [...pool.keys()].filter((at) => (shares[at]?.[c] ?? 0) >= leastShare)
    return {
      indices,
      shares: indices.map((at) => shares[at]?.[c] ?? 0),
      labelled: known
        .map(({ row, shares }) => ({ row, share: shares[c] ?? 0 }))
        .filter(({ share }) => share >= leastShare),
    }
  })
}

/** The parts of a photo in the classes, which sum to 1; a labelled one is wholly of its own. */
function sharesOf(row: number, predictions: HeadPredictions | null): ArrayLike<number> {
  if (predictions === null) return [1]
  const { classes, probabilities, given } = predictions
  const own = given.get(row)
  if (own !== undefined) return Float32Array.from({ length: classes }, (_, c) => (c === own ? 1 : 0))
  const parts = probabilities.subarray(row * classes, (row + 1) * classes).map((p) => p ** sharpness)
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((part) => part / sum)
}

/** Adds to [pool, pool] the covariances of the members of one class, given the labelled photos. */
function addCovariances(
  variances: Float32Array,
  reduced: Matrix,
  pool: readonly number[],
  { indices, shares, labelled }: Members,
): void {
  const { dim } = reduced
  const precision = new Float64Array(dim * dim)
  for (let d = 0; d < dim; d++) precision[d * dim + d] = 1
  for (const { row, share } of labelled) {
    const values = reduced.values.subarray(row * dim, (row + 1) * dim)
    for (let a = 0; a < dim; a++) {
      const part = ((values[a] ?? 0) * share ** 2) / noise
      for (let b = 0; b <= a; b++)
        precision[a * dim + b] = (precision[a * dim + b] ?? 0) + part * (values[b] ?? 0)
    }
  }
  const factor = cholesky(precision, dim)
  const rows = indices.map((at) => pool[at] ?? 0)
  const whitened = takeRows(reduced, rows)
  for (const [i, share] of shares.entries()) {
    const values = whitened.values.subarray(i * dim, (i + 1) * dim)
    solveLower(factor, values)
    for (let d = 0; d < dim; d++) values[d] = (values[d] ?? 0) * share
  }
  const bias = new Float32Array(indices.length)
  const head = { classes: indices.length, dim, weights: whitened.values, bias }
  const covariances = computeLogits(head, whitened)
  // Iterators would take most of the time of the queue here.
  for (let i = 0; i < indices.length; i++) {
    const row = (indices[i] ?? 0) * pool.length
    for (let j = 0; j < indices.length; j++) {
      const at = row + (indices[j] ?? 0)
      variances[at] = (variances[at] ?? 0) + (covariances[i * indices.length + j] ?? 0)
    }
  }
}

/** The photo whose label would lower the variance weighted by uncertainty most; ties go to the earlier. */
function mostUseful(variances: Float32Array, uncertainty: Float32Array, isPicked: Uint8Array): number {
  const { length } = uncertainty
  let [best, bestGain] = [-1, -1]
  for (let j = 0; j < length; j++) {
    if (isPicked[j] === 1) continue
    const row = variances.subarray(j * length, (j + 1) * length)
    let gain = 0
    for (let i = 0; i < length; i++) gain += (uncertainty[i] ?? 0) * (row[i] ?? 0) ** 2
    gain /= (row[j] ?? 0) + noise
    if (gain > bestGain) [best, bestGain] = [j, gain]
  }
  return best
}

/** The variances once photo `j` is labelled. */
function conditionOn(variances: Float32Array, length: number, j: number): void {
  const row = variances.slice(j * length, (j + 1) * length)
  const scale = 1 / ((row[j] ?? 0) + noise)
  for (let a = 0; a < length; a++) {
    const share = (row[a] ?? 0) * scale
    if (share === 0) continue
    const target = variances.subarray(a * length, (a + 1) * length)
    for (let b = 0; b < length; b++) target[b] = (target[b] ?? 0) - share * (row[b] ?? 0)
  }
}
