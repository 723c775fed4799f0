// The queue, doubtful labels, and neighbours: on embeddings where the right answer is plain.
import { expect, test } from 'vitest'
import {
  rankLabelIssues,
  rankFalsePositives,
} from '../../../../electron/core/learning/algorithms/label-issues.ts'
import { groupNearDuplicates } from '../../../../electron/core/learning/algorithms/near-duplicates.ts'
import { findSimilar, inverseNorms } from '../../../../electron/core/learning/algorithms/neighbours.ts'
import {
  pickQueue,
  uncertaintyOf,
  type QueuePredictor,
} from '../../../../electron/core/learning/algorithms/review-queue.ts'
import type { Matrix } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import { createNoise, makeClusters } from './helpers.ts'
import { rowsInMemory } from '../../../../electron/core/learning/algorithms/row-source.ts'

test('computes margin and entropy as worked out by hand', () => {
  const { margin, entropy } = uncertaintyOf(Float32Array.of(0, 0.5, 0.25, 0.25), 1, 3)
  expect(margin).toBeCloseTo(0.25, 6)
  expect(entropy).toBeCloseTo(1.5 * Math.LN2, 6)
})

/** The numbers of the rows to label next. */
const queueOf = (
  matrix: Matrix,
  predictor: QueuePredictor | null,
  labelled: ReadonlySet<number>,
  count: number,
): number[] =>
  pickQueue({ source: rowsInMemory(matrix), predictor, labelled, count, seed: 0 }).map(({ row }) => row)

test('takes the first photos of a queue from different unlabelled clusters', () => {
  const { matrix, labels } = makeClusters({ rows: 200, dim: 16, classes: 8, spread: 0.3 })
  const first = queueOf(matrix, null, new Set(), 8)
  expect(new Set(first.map((row) => labels[row])).size).toBe(8)
  const labelled = new Set(first)
  const next = queueOf(matrix, null, labelled, 300)
  expect(next).toHaveLength(192)
  expect(next.filter((row) => labelled.has(row))).toEqual([])
})

/** A head that gives its class to each row with the probability that `sure` says, and what it leaves to the next. */
function makePredictor(
  labels: readonly number[],
  labelled: ReadonlySet<number>,
  sure: (row: number) => number,
): QueuePredictor {
  const predict = (_: Matrix, numbers: readonly number[]) => {
    const probabilities = new Float32Array(numbers.length * 4)
    for (const [at, row] of numbers.entries()) {
      const label = labels[row] ?? 0
      probabilities[at * 4 + label] = sure(row)
      probabilities[at * 4 + ((label + 1) % 4)] = 1 - sure(row)
    }
    return probabilities
  }
  return { classes: 4, predict, given: new Map([...labelled].map((row) => [row, labels[row] ?? 0])) }
}

test.each([4, 120])('with %i labels, photos like those that the head is unsure of come first', (count) => {
  const { matrix, labels } = makeClusters({ rows: 400, dim: 16, classes: 4, spread: 0.3 })
  const labelled = new Set([...labels.keys()].slice(0, count))
  const predictor = makePredictor(labels, labelled, (row) => (labels[row] === 2 ? 0.6 : 0.995))
  const queue = queueOf(matrix, predictor, labelled, 5)
  expect(queue.map((row) => labels[row])).toEqual([2, 2, 2, 2, 2])
})

test('asks first for the class with the fewest of many labels', () => {
  const { matrix, labels } = makeClusters({ rows: 400, dim: 16, classes: 4, spread: 0.3 })
  const labelled = new Set([...labels.keys()].filter((row) => labels[row] !== 2 || row < 12).slice(0, 150))
  const predictor = makePredictor(labels, labelled, () => 0.8)
  const queue = queueOf(matrix, predictor, labelled, 3)
  expect(queue.map((row) => labels[row])).toEqual([2, 2, 2])
})

test('ranks labels that contradict a confident head first, with both classes', () => {
  const probabilities = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.45, 0.55, 0.05, 0.95)
  const [worst, second] = rankLabelIssues(probabilities, [0, 1, 0, 1], 2)
  expect(worst).toMatchObject({ row: 1, given: 1, likely: 0 })
  expect(second).toMatchObject({ row: 2, likely: 1 })
})

test('ranks false positives first where photos have several labels', () => {
  // Nobody else has the label that the third photo has as its second.
  const targets = { mode: 'multi' as const, classes: 3, values: Int8Array.of(1, 0, 1, 1, 0, -1, 1, 1, 1) }
  const probabilities = Float32Array.of(0.9, 0.1, 0.3, 0.1, 0.8, 0.9, 0.95, 0.2, 0.6)
  const errors = rankFalsePositives(probabilities, targets)
  expect(errors.map(({ row, given, likely }) => [row, given, likely])).toEqual([
    [1, 0, 2],
    [0, 2, null],
  ])
  expect(errors[0]?.usual).toBeCloseTo((0.9 + 0.1 + 0.95) / 3, 6)
})

test('finds similar rows by cosine, whatever their length', () => {
  const matrix = { rows: 4, dim: 3, values: Float32Array.of(1, 0, 0, 50, 1, 0, 0, 2, 0, -1, 0, 0) }
  const found = findSimilar(matrix, inverseNorms(matrix), 0, 2)
  expect(found.map(({ row }) => row)).toEqual([1, 2])
  expect(found[0]?.cosine).toBeCloseTo(50 / Math.hypot(50, 1), 6)
})

test('finds near-duplicates across blocks, and joins a chain into one group', () => {
  const noise = createNoise(4)
  const [rows, dim] = [300, 24]
  const values = Float32Array.from({ length: rows * dim }, noise)
  const copy = (from: number, to: number) => {
    for (let d = 0; d < dim; d++) values[to * dim + d] = 3 * (values[from * dim + d] ?? 0) + 0.01 * noise()
  }
  copy(5, 290)
  copy(290, 131)
  copy(7, 8)
  expect(groupNearDuplicates(rowsInMemory({ rows, dim, values }), 0.99)).toEqual([
    [5, 131, 290],
    [7, 8],
  ])
})
