// Which photos to label next: those the head is unsure of that stand for many others it is unsure of.
import type { Matrix } from './linear-pass.ts'
import { findAxes, normaliseRows, project } from './principal-axes.ts'
import { coverMost } from './queue-coverage.ts'
import type { Opinion } from './queue-picker.ts'
import { lowerVariance } from './queue-variance.ts'
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
/** With fewer labels than these, heads know too little to lead. See [Note: queue]. */
const fewLabels = 60
const fewPerClass = 2

export interface QueueRequest {
  readonly matrix: Matrix
  /** Null before there is a head. */
  readonly opinion: Opinion | null
  /** Rows that a person has labelled; they are not taken. */
  readonly labelled: ReadonlySet<number>
  readonly count: number
  readonly seed: number
}

/**
 * Rows to label next, in order.
 *
 * [Note: queue] First the queue covers: each photo is the one most similar to others that nothing labelled is similar
 * to. Later it lowers doubt class by class (queue-variance.ts). Measured on CIFAR-10 and on classes of Tiny-ImageNet:
 * covering is better with few labels and worse with many; on CIFAR-10, asking for the photos that the head doubts, rather
 * than for those that tell most about them, does no better than chance up to 200 labels.
 */
export function pickQueue({ matrix, opinion, labelled, count, seed }: QueueRequest): number[] {
  const open = Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => !labelled.has(row))
  const pool = shuffle(open, createRandom(seed)).slice(0, sampleRows)
  const doubts = Float32Array.from(pool, (row) => doubtOf(row, opinion))
  const short = normaliseRows(shorten(matrix, pool, seed))
  const isEarly = opinion === null || labelled.size < Math.max(fewLabels, fewPerClass * opinion.classes)
  const pick = isEarly ? coverMost : lowerVariance
  const wanted = Math.min(count, pool.length)
  const picked = pick({ short, pool, labelled: [...labelled], opinion, doubts, count: wanted })
  return picked.flatMap((at) => pool[at] ?? [])
}

function doubtOf(row: number, opinion: Opinion | null): number {
  if (opinion === null) return 1
  const { probabilities, classes } = opinion
  return 1 - uncertaintyOf(probabilities, row * classes, classes).margin
}

/** Centred: all embeddings of a model point roughly the same way, which hides what tells them apart. */
function shorten(matrix: Matrix, pool: readonly number[], seed: number): Matrix {
  if (matrix.dim > longDim)
    return project(matrix, findAxes(takeRows(matrix, pool), { count: shortDim, seed, isCentred: true }))
  const { mean } = measureScaling(matrix)
  return scale(matrix, { mean, factor: 1 })
}
