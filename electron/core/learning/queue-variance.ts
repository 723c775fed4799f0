// Photos whose labels would lower doubt most: transductive experimental design (Yu, Bi & Tresp 2006), class by class.
import { computeLogits } from './apply-head.ts'
import { cholesky, solveLower } from './cholesky.ts'
import type { Matrix } from './linear-pass.ts'
import type { Opinion, QueuePicker } from './queue-picker.ts'
import { takeRows } from './split.ts'

/** How much a label leaves open about a photo just like its own. */
const noise = 0.5
/** Probabilities are raised to this before they count as shares of a photo in its classes. */
const sharpness = 4
/** A photo has no part in classes of which it has a smaller share. */
const leastShare = 0.02

/** Some photos of the pool, and the share that each has in one class. */
interface Members {
  /** Places in the pool. */
  readonly places: readonly number[]
  readonly shares: readonly number[]
  /** Labelled rows that are of the class, and their shares in it. */
  readonly labelled: readonly { readonly row: number; readonly share: number }[]
}

/**
 * A linear head on embeddings leaves each photo a variance for each class, which every label of the class lowers, most
 * for photos like its own. Each photo taken is the one whose label would lower the variance of all others most, where
 * the head is unsure of them. What is labelled or taken lowers it already, so that photos are neither outliers nor like
 * one another; a photo that is partly of one class and partly of another tells less of either.
 */
export const lowerVariance: QueuePicker = ({ short, pool, labelled, opinion, doubts, count }) => {
  const variances = new Float32Array(pool.length ** 2)
  for (const members of findMembers(pool, labelled, opinion)) addCovariances(variances, short, pool, members)
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

/** Who has a part in each class; all photos are of one class where there is no head. */
function findMembers(
  pool: readonly number[],
  labelled: readonly number[],
  opinion: Opinion | null,
): Members[] {
  const { classes } = opinion ?? { classes: 1 }
  const shares = pool.map((row) => sharesOf(row, opinion))
  const known = labelled.map((row) => ({ row, shares: sharesOf(row, opinion) }))
  return Array.from({ length: classes }, (_, c) => {
    const places = [...pool.keys()].filter((at) => (shares[at]?.[c] ?? 0) >= leastShare)
    return {
      places,
      shares: places.map((at) => shares[at]?.[c] ?? 0),
      labelled: known
        .map(({ row, shares }) => ({ row, share: shares[c] ?? 0 }))
        .filter(({ share }) => share >= leastShare),
    }
  })
}

/** The parts of a photo in the classes, which sum to 1; a labelled one is wholly of its own. */
function sharesOf(row: number, opinion: Opinion | null): ArrayLike<number> {
  if (opinion === null) return [1]
  const { classes, probabilities, given } = opinion
  const own = given.get(row)
  if (own !== undefined) return Float32Array.from({ length: classes }, (_, c) => (c === own ? 1 : 0))
  const parts = probabilities.subarray(row * classes, (row + 1) * classes).map((p) => p ** sharpness)
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((part) => part / sum)
}

/** Adds to [pool, pool] what is open about each member together with each other one, after what is labelled. */
function addCovariances(
  variances: Float32Array,
  short: Matrix,
  pool: readonly number[],
  { places, shares, labelled }: Members,
): void {
  const { dim } = short
  const precision = new Float64Array(dim * dim)
  for (let d = 0; d < dim; d++) precision[d * dim + d] = 1
  for (const { row, share } of labelled) {
    const values = short.values.subarray(row * dim, (row + 1) * dim)
    for (let a = 0; a < dim; a++) {
      const part = ((values[a] ?? 0) * share ** 2) / noise
      for (let b = 0; b <= a; b++)
        precision[a * dim + b] = (precision[a * dim + b] ?? 0) + part * (values[b] ?? 0)
    }
  }
  const factor = cholesky(precision, dim)
  const rows = places.map((at) => pool[at] ?? 0)
  const whitened = takeRows(short, rows)
  for (const [i, share] of shares.entries()) {
    const values = whitened.values.subarray(i * dim, (i + 1) * dim)
    solveLower(factor, values)
    for (let d = 0; d < dim; d++) values[d] = (values[d] ?? 0) * share
  }
  const bias = new Float32Array(places.length)
  const head = { classes: places.length, dim, weights: whitened.values, bias }
  const covariances = computeLogits(head, whitened)
  for (const [i, from] of places.entries()) {
    for (const [j, to] of places.entries()) {
      const at = from * pool.length + to
      variances[at] = (variances[at] ?? 0) + (covariances[i * places.length + j] ?? 0)
    }
  }
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
    gain /= (row[j] ?? 0) + noise
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
    if (share === 0) continue
    const target = variances.subarray(a * length, (a + 1) * length)
    for (let b = 0; b < length; b++) target[b] = (target[b] ?? 0) - share * (row[b] ?? 0)
  }
}
