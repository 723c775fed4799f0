// How many labels the review queue saves: heads on photos that it chose and on photos chosen by chance.
import {
  predict,
  scoreRows,
  type CalibratedHead,
} from '../../electron/core/learning/algorithms/apply-head.ts'
import { fitConfig } from '../../electron/core/learning/algorithms/fit-head.ts'
import { linear } from '../../electron/core/learning/algorithms/head-config.ts'
import { createRandom, shuffle } from '../../electron/core/learning/algorithms/random.ts'
import { pickQueue } from '../../electron/core/learning/algorithms/review-queue.ts'
import { takeRows } from '../../electron/core/learning/algorithms/split.ts'
import { accuracyOf, type Cifar10 } from './cifar10.ts'
import { oneHot } from './one-hot.ts'
import { rowsInMemory } from '../../electron/core/learning/algorithms/row-source.ts'
import type { Matrix } from '../../electron/core/learning/algorithms/linear-layer.ts'

const poolSize = 800
const batch = 20

export interface QueuePoint {
  readonly labels: number
  /** Accuracy on the test photos with labels chosen by chance; NaN where nobody asked for it. */
  readonly chance: number
  /** Accuracy on the test photos with labels chosen by the queue. */
  readonly queue: number
}

export interface QueueTrialOptions {
  /** After as many labels chance is asked too, which takes most of the time. */
  readonly compareAt?: (labels: number) => boolean
  /** What chance reaches is the mean over so many orders of the same photos, since a single one moves it by two points. */
  readonly chanceOrders?: number
}

/** Labels twenty photos at a time, from none on, of 800 train photos that the seed draws. */
export function tryQueue(
  { train, test, classNames }: Cifar10,
  seed: number,
  upTo: number,
  { compareAt = () => true, chanceOrders = 10 }: QueueTrialOptions = {},
): QueuePoint[] {
  const classes = classNames.length
  const random = createRandom(seed)
  const drawn = shuffle([...train.labels.keys()], random).slice(0, poolSize)
  const matrix = takeRows(train.matrix, drawn)
  const source = rowsInMemory(matrix)
  const labelOf = (row: number) => train.labels[drawn[row] ?? 0] ?? 0
  // As the app trains, but with one penalty: choosing it takes over ten times longer, for both alike.
  const fit = (rows: readonly number[]) =>
    fitConfig(takeRows(matrix, rows), oneHot(rows.map(labelOf), classes), linear(0.3), true)
  const score = (head: ReturnType<typeof fit>) =>
    accuracyOf(scoreRows(head, test.matrix), test.labels, classes)
  const orders = Array.from({ length: chanceOrders }, () => shuffle([...drawn.keys()], random))
  const chosen: number[] = []
  let trained: CalibratedHead | null = null
  return Array.from({ length: upTo / batch }, () => {
    const given = new Map(chosen.map((row) => [row, labelOf(row)]))
    const before = trained
    const predictor = before && { classes, given, predict: (part: Matrix) => predict(before, part) }
    const request = { source, predictor, labelled: new Set(chosen), count: batch, seed }
    chosen.push(...pickQueue(request).map(({ row }) => row))
    const head = fit(chosen)
    trained = { head, mode: 'single', temperature: 1 }
    const labels = chosen.length
    const chance = compareAt(labels) ? meanOf(orders.map((order) => score(fit(order.slice(0, labels))))) : NaN
    return { labels, chance, queue: score(head) }
  })
}

/** The mean of the trials of several seeds. */
export function meanTrial(trials: readonly (readonly QueuePoint[])[]): QueuePoint[] {
  return (trials[0] ?? []).map(({ labels }, at) => ({
    labels,
    chance: meanOf(trials.map((points) => points[at]?.chance ?? 0)),
    queue: meanOf(trials.map((points) => points[at]?.queue ?? 0)),
  }))
}

/** Labels that the queue needs for what chance reaches with so many, as a share of those; Infinity where it has not got there. */
export function shareNeeded(points: readonly QueuePoint[], labels: number): number {
  const accuracy = points.find((point) => point.labels === labels)?.chance ?? 1
  const at = points.findIndex(({ queue }) => queue >= accuracy)
  const [before, after] = [points[at - 1], points[at]]
  if (after === undefined) return Infinity
  if (before === undefined) return after.labels / labels
  const part = (accuracy - before.queue) / (after.queue - before.queue)
  return (before.labels + part * (after.labels - before.labels)) / labels
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
