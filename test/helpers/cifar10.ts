// Embeddings of the CIFAR-10 photos by the real pipeline, and the trials that tests and scripts run on them.
import path from 'node:path'
import { predict, scoreRows, toProbabilities } from '../../electron/core/learning/apply-head.ts'
import { predictOutOfFold } from '../../electron/core/learning/cross-validation.ts'
import { fitChoice, fitHead } from '../../electron/core/learning/fit-head.ts'
import { linear } from '../../electron/core/learning/head-choice.ts'
import { rankLabelErrors } from '../../electron/core/learning/label-errors.ts'
import type { Matrix } from '../../electron/core/learning/linear-pass.ts'
import { createRandom, shuffle } from '../../electron/core/learning/random.ts'
import { pickQueue, uncertaintyOf } from '../../electron/core/learning/review-queue.ts'
import { takeRows } from '../../electron/core/learning/split.ts'
import { oneHot } from './one-hot.ts'
import { openStore } from '../../electron/core/store/db.ts'
import { runCli } from './cli.ts'
import { material } from './material.ts'

export interface Examples {
  readonly matrix: Matrix
  /** Class index of each row. */
  readonly labels: readonly number[]
}

export interface Cifar10 {
  readonly classNames: readonly string[]
  /** 100 for each class. */
  readonly train: Examples
  /** 50 for each class. */
  readonly test: Examples
}

/** Labels the photos with the ViT-Ti into a library in `home`; half a minute on two cores. */
export async function embedCifar10(home: string): Promise<Cifar10> {
  const { code, stderr } = await runCli(
    ['label', material.cifar10, '--model', material.vitTiny, '--device', 'cpu'],
    home,
  )
  if (code !== 0) throw new Error(stderr)
  const store = openStore({ file: path.join(home, 'library.db') })
  const variantId = store.models.lastUsed(null)
  if (variantId === null) throw new Error('nothing was labelled')
  const { photoIds, dim, values } = store.embeddings.load(variantId)
  const all = { rows: photoIds.length, dim, values }
  const places = store.embeddings.places()
  store.close()
  const folders = photoIds.map((photoId) => (places.get(photoId) ?? '').split('/').slice(-3, -1))
  const classNames = [...new Set(folders.map(([, name]) => name ?? ''))].sort()
  const part = (wanted: string): Examples => {
    const rows = [...folders.keys()].filter((row) => folders[row]?.[0] === wanted)
    const labels = rows.map((row) => classNames.indexOf(folders[row]?.[1] ?? ''))
    return { matrix: takeRows(all, rows), labels }
  }
  return { classNames, train: part('train'), test: part('test') }
}

/** Share of rows whose largest value is at their label. */
export function accuracyOf(scores: ArrayLike<number>, labels: readonly number[], classes: number): number {
  const hits = labels.filter((truth, row) => {
    for (let c = 0; c < classes; c++) {
      if (c !== truth && (scores[row * classes + c] ?? 0) >= (scores[row * classes + truth] ?? 0))
        return false
    }
    return true
  })
  return hits.length / labels.length
}

const poolSize = 800
const batch = 20

export interface QueuePoint {
  readonly labels: number
  /** Accuracy on the test photos with labels chosen by chance and by the queue, means over the seeds. */
  readonly random: number
  readonly queue: number
}

/** Labels twenty photos at a time, from none on, from another 800 of the train photos for each seed. */
export function compareQueues(
  { train, test, classNames }: Cifar10,
  seeds: number,
  upTo: number,
): QueuePoint[] {
  const classes = classNames.length
  const points = Array.from({ length: upTo / batch }, (_, i) => ({
    labels: (i + 1) * batch,
    random: 0,
    queue: 0,
  }))
  for (let seed = 0; seed < seeds; seed++) {
    const random = createRandom(seed)
    const pool = shuffle([...train.labels.keys()], random).slice(0, poolSize)
    const matrix = takeRows(train.matrix, pool)
    const labelOf = (row: number) => train.labels[pool[row] ?? 0] ?? 0
    const order = shuffle([...pool.keys()], random)
    const chosen: number[] = []
    let margins: number[] | null = null
    const fit = (rows: readonly number[]) =>
      fitChoice(takeRows(matrix, rows), oneHot(rows.map(labelOf), classes), linear(0.3), false)
    for (const point of points) {
      chosen.push(...pickQueue({ matrix, margins, labelled: new Set(chosen), count: batch, seed }))
      const head = fit(chosen)
      const chance = fit(order.slice(0, point.labels))
      point.queue += accuracyOf(scoreRows(head, test.matrix), test.labels, classes) / seeds
      point.random += accuracyOf(scoreRows(chance, test.matrix), test.labels, classes) / seeds
      const probabilities = predict({ head, mode: 'single', temperature: 1 }, matrix)
      margins = [...pool.keys()].map((row) => uncertaintyOf(probabilities, row * classes, classes).margin)
    }
  }
  return points
}

/** Labels that the queue needs for this accuracy, between two points by a straight line; Infinity where it has not got there. */
export function labelsNeeded(points: readonly QueuePoint[], accuracy: number): number {
  const at = points.findIndex(({ queue }) => queue >= accuracy)
  const [before, after] = [points[at - 1], points[at]]
  if (after === undefined) return Infinity
  if (before === undefined) return after.labels
  const part = (accuracy - before.queue) / (after.queue - before.queue)
  return before.labels + part * (after.labels - before.labels)
}

/** Makes `share` of the train labels wrong; gives the share of those that are in the first tenth of the doubtful ones. */
export function findPlantedErrors({ train, classNames }: Cifar10, share: number, seed: number): number {
  const classes = classNames.length
  const random = createRandom(seed)
  const rows = train.labels.length
  const planted = new Set(shuffle([...train.labels.keys()], random).slice(0, share * rows))
  const labels = train.labels.map((truth, row) =>
    planted.has(row) ? (truth + 1 + Math.floor(random() * (classes - 1))) % classes : truth,
  )
  const targets = oneHot(labels, classes)
  const fitted = fitHead(train.matrix, targets, { seed })
  const probabilities = predictOutOfFold(train.matrix, targets, fitted.choice, { seed })
  for (let at = 0; at < probabilities.length; at += classes)
    toProbabilities(probabilities, at, classes, 'single', fitted.temperature)
  const first = rankLabelErrors(probabilities, labels, classes).slice(0, rows / 10)
  return first.filter(({ row }) => planted.has(row)).length / planted.size
}
