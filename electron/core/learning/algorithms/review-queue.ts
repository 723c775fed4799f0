// Which photos to label next: those that the head is uncertain of and that represent many others.
import type { Matrix } from './linear-layer.ts'
import { fitPca, normaliseRows, transform } from './pca.ts'
import { facilityLocation } from './facility-location.ts'
import type { HeadPredictions } from './acquisition-function.ts'
import { varianceReduction } from './variance-reduction.ts'
import { createRandom, shuffle } from './random.ts'
import { rowsInMemory, type RowSource } from './row-source.ts'
import { measureMean, scale } from './scaling.ts'

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

/** Photos that are compared with each other; of a larger library, a random sample of this many. */
const sampleRows = 2000
/** Longer embeddings are compared in so many principal axes, which keeps the equations small. */
const reducedDim = 128
const longDim = 256
/** With fewer labels than these, heads know too little to choose by. See [Note: queue]. */
const fewLabels = 60
const fewPerClass = 2

export interface QueueRequest {
  readonly source: RowSource
  /** Rows that may be taken: one for each image; by default all. */
  readonly images?: readonly number[]
  /** Null before there is a head. */
  readonly predictor: QueuePredictor | null
  /** Rows that the user has labelled; they are not taken. */
  readonly labelled: ReadonlySet<number>
  readonly count: number
  readonly seed: number
}

/** What a head says of rows. */
export interface QueuePredictor {
  readonly classes: number
  /** [rows, classes] of these rows, whose numbers in the source are `numbers`. */
  readonly predict: (part: Matrix, numbers: readonly number[]) => Float32Array
  /** The class that the user gave to each labelled row. */
  readonly given: ReadonlyMap<number, number>
}

export interface QueuedRow {
  readonly row: number
  /** [classes]; null where there is no head. */
  readonly probabilities: Float32Array | null
}

/**
 * Rows to label next, in order.
 *
 * [Note: queue] The queue starts with facility location: each photo is the one most similar to others that nothing
 * labelled is similar to. Later it reduces variance class by class (variance-reduction.ts). Measured on CIFAR-10 and on classes of Tiny-ImageNet:
 * facility location is better with few labels and worse with many; on CIFAR-10, asking for the photos that the head uncertainty, rather
 * than for those that tell most about them, does no better than chance up to 200 labels.
 */
export function pickQueue({ source, images, predictor, labelled, count, seed }: QueueRequest): QueuedRow[] {
  const all = images ?? Array.from({ length: source.rows }, (_, row) => row)
  const open = all.filter((row) => !labelled.has(row))
  const pool = shuffle(open, createRandom(seed)).slice(0, sampleRows)
  // No other rows are needed: first the pool, then what is labelled.
  const numbers = [...pool, ...labelled]
  const part = source.take(numbers)
  const predictions = predictor && predictionsOf(predictor, part, numbers)
  const places = [...pool.keys()]
  const uncertainty = Float32Array.from(places, (at) => uncertaintyOfRow(at, predictions))
  const reduced = normaliseRows(reduce(source, part, places, seed))
  const isEarly =
    predictions === null || labelled.size < Math.max(fewLabels, fewPerClass * predictions.classes)
  const pick = isEarly ? facilityLocation : varianceReduction
  const picked = pick({
    ...{ reduced, pool: places, predictions, uncertainty },
    labelled: [...numbers.keys()].slice(pool.length),
    count: Math.min(count, pool.length),
  })
  return picked.map((at) => ({
    row: pool[at] ?? 0,
    probabilities:
      predictions === null
        ? null
        : predictions.probabilities.subarray(at * predictions.classes, (at + 1) * predictions.classes),
  }))
}

function predictionsOf(
  { classes, predict, given }: QueuePredictor,
  part: Matrix,
  numbers: readonly number[],
): HeadPredictions {
  const givenAt = [...numbers.entries()].flatMap(([at, row]): [number, number][] => {
    const own = given.get(row)
    return own === undefined ? [] : [[at, own]]
  })
  return { classes, probabilities: predict(part, numbers), given: new Map(givenAt) }
}

/** 1 minus the margin; 1 where there is no head. */
function uncertaintyOfRow(row: number, predictions: HeadPredictions | null): number {
  if (predictions === null) return 1
  const { probabilities, classes } = predictions
  return 1 - uncertaintyOf(probabilities, row * classes, classes).margin
}

/** Centred: all embeddings of a model point roughly the same way, which hides what tells them apart. */
function reduce(source: RowSource, part: Matrix, pool: readonly number[], seed: number): Matrix {
  const rows = rowsInMemory(part)
  if (part.dim > longDim)
    return transform(
      rows,
      fitPca(rowsInMemory(rows.take(pool)), { count: reducedDim, seed, isCentred: true }),
    )
  return scale(part, { mean: measureMean(source), factor: 1 })
}
