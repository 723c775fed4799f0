// Which photos to label next: those the head is unsure of that stand for many others it is unsure of.
import { computeLogits } from './apply-head.ts'
import { cholesky, solveLower } from './cholesky.ts'
import type { Matrix } from './linear-pass.ts'
import { findAxes, normaliseRows, project } from './principal-axes.ts'
import { createRandom, shuffle } from './random.ts'
import { measureScaling, scale } from './scaling.ts'
import { takeRows } from './split.ts'

export interface Uncertainty {
  /** Difference between the two best probabilities: 0 is undecided. */
  readonly margin: number
  /** In nats. */
  readonly entropy: number
}

export function uncertaintyOf(probabilities: Float32Array, at: number, classes: number): Uncertainty {
  let [first, second, entropy] = [0, 0, 0]
  for (let i = at; i < at + classes; i++) {
    const p = probabilities[i] ?? 0
    if (p > first) [first, second] = [p, first]
    else if (p > second) second = p
    if (p > 0) entropy -= p * Math.log(p)
  }
  return { margin: first - second, entropy }
}

/** Photos that are compared with each other; of a larger library, this many by chance. */
const sampleRows = 2000
/** Longer embeddings are compared in so many main directions, which keeps the equations small. */
const shortDim = 128
const longDim = 256
/** How much a label leaves open about a photo just like its own. */
const noise = 1

export interface QueueRequest {
  readonly matrix: Matrix
  /** 0..1 for each row; null before there is a head. */
  readonly margins: ArrayLike<number> | null
  /** Rows that a person has labelled; they are not taken. */
  readonly labelled: ReadonlySet<number>
  readonly count: number
  readonly seed: number
}

/**
 * Rows to label next, in order.
 *
 * [Note: queue] Transductive experimental design (Yu, Bi & Tresp 2006), weighted by doubt. A linear head on embeddings
 * leaves each photo a variance, which every label lowers, most for photos like its own. Each photo taken is the one
 * whose label would lower the variance of all others most, where the head is unsure of them and of it. What is
 * labelled or taken already lowers it too, so that photos are neither outliers nor like one another. Margins alone
 * were measured and do worse than chance with few labels.
 */
export function pickQueue({ matrix, margins, labelled, count, seed }: QueueRequest): number[] {
  const open = Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => !labelled.has(row))
  const pool = shuffle(open, createRandom(seed)).slice(0, sampleRows)
  const doubts = Float32Array.from(pool, (row) => (margins === null ? 1 : 1 - (margins[row] ?? 0)))
  const variances = covariances(matrix, pool, [...labelled], seed)
  const picked: number[] = []
  const isPicked = new Uint8Array(pool.length)
  while (picked.length < Math.min(count, pool.length)) {
    const best = mostUseful(variances, doubts, isPicked)
    const row = pool[best]
    if (row === undefined) break
    isPicked[best] = 1
    picked.push(row)
    learnFrom(variances, pool.length, best)
  }
  return picked
}

/** [pool, pool]: what is open about each photo of the pool together with each other one, after what is labelled. */
function covariances(
  matrix: Matrix,
  pool: readonly number[],
  labelled: readonly number[],
  seed: number,
): Float32Array {
  const short = normaliseRows(shorten(matrix, seed))
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

/** Centred: all embeddings of a model point roughly the same way, which hides what tells them apart. */
function shorten(matrix: Matrix, seed: number): Matrix {
  if (matrix.dim > longDim)
    return project(matrix, findAxes(matrix, { count: shortDim, seed, isCentred: true }))
  const { mean } = measureScaling(matrix)
  return scale(matrix, { mean, factor: 1 })
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
