// Heads of words: what the text embeddings say alone, and how far labelled photos move them.
import { expect, test } from 'vitest'
import { computeLogits, predict } from '../../../../electron/core/learning/algorithms/apply-head.ts'
import { accuracy } from '../../../../electron/core/learning/algorithms/cross-validation.ts'
import { fitConfig, fitHead } from '../../../../electron/core/learning/algorithms/fit-head.ts'
import { words } from '../../../../electron/core/learning/algorithms/head-config.ts'
import { measureScaling, foldScaling } from '../../../../electron/core/learning/algorithms/scaling.ts'
import { takeRows, takeTargets } from '../../../../electron/core/learning/algorithms/split.ts'
import {
  headOfWords,
  parametersOfWords,
  takeWords,
  type WordsPrior,
} from '../../../../electron/core/learning/algorithms/words-head.ts'
import { oneHot } from '../../../helpers/one-hot.ts'
import { largestDifference } from '../../../models/helpers.ts'
import { createNoise, makeClusters } from './helpers.ts'

const classes = 4
const dim = 16

/** Photos of unit length around a centre for each class, and words that point near these centres, each a little wrong. */
function makeWorld(wrong: number): {
  matrix: ReturnType<typeof makeClusters>['matrix']
  labels: number[]
  prior: WordsPrior
} {
  const { matrix, labels } = makeClusters({ rows: 400, dim, classes, spread: 1.2 })
  normaliseRows(matrix.values)
  const noise = createNoise(5)
  const weights = new Float32Array(classes * dim)
  for (let row = 0; row < matrix.rows; row++)
    for (let d = 0; d < dim; d++)
      weights[(row % classes) * dim + d] =
        (weights[(row % classes) * dim + d] ?? 0) + (matrix.values[row * dim + d] ?? 0) / 100
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) + wrong * noise()
  normaliseRows(weights)
  return { matrix, labels, prior: { weights, classes, dim, logitScale: 10, logitBias: 0 } }
}

function normaliseRows(values: Float32Array): void {
  for (let at = 0; at < values.length; at += dim) {
    const norm = Math.hypot(...values.subarray(at, at + dim))
    for (let d = at; d < at + dim; d++) values[d] = (values[d] ?? 0) / norm
  }
}

test('scores are the softmax over scaled cosines with the words', () => {
  const { matrix, prior } = makeWorld(0)
  const one = takeRows(matrix, [7])
  const logits = Array.from({ length: classes }, (_, c) =>
    one.values.reduce((sum, value, d) => sum + 10 * value * (prior.weights[c * dim + d] ?? 0), 0),
  )
  const powers = logits.map(Math.exp)
  const total = powers.reduce((a, b) => a + b)
  const found = predict({ head: headOfWords(prior), mode: 'single', temperature: 1 }, one)
  expect(
    largestDifference(
      found,
      powers.map((power) => power / total),
    ),
  ).toBeLessThan(1e-6)
})

test('words as parameters for scaled embeddings are the same head', () => {
  const { matrix, prior } = makeWorld(0.1)
  const scaling = measureScaling(matrix)
  const back = foldScaling(parametersOfWords(prior, scaling), classes, scaling)
  expect(
    largestDifference(computeLogits(back, matrix), computeLogits(headOfWords(prior), matrix)),
  ).toBeLessThan(1e-4)
})

test('without a label the head is that of the words, and the firmer the penalty the nearer it stays', () => {
  const { matrix, labels, prior } = makeWorld(0.1)
  const none = fitHead(takeRows(matrix, []), oneHot([], classes), { seed: 0, prior })
  expect(none).toMatchObject({ config: { kind: 'words', l2: null }, temperature: 1, outOfFold: null })
  expect(none.head).toEqual(headOfWords(prior))
  const few = Array.from({ length: 12 }, (_, row) => row)
  const distance = (l2: number) => {
    const targets = oneHot(
      few.map((row) => labels[row] ?? 0),
      classes,
    )
    const head = fitConfig(takeRows(matrix, few), targets, words(prior, l2), true)
    return 'weights' in head ? largestDifference(head.weights, headOfWords(prior).weights) : Infinity
  }
  expect(distance(1000)).toBeLessThan(0.05)
  expect(distance(0.01)).toBeGreaterThan(4 * distance(1))
})

test('labelled photos put words right that are wrong, and the words help where labels are few', () => {
  const { matrix, labels, prior } = makeWorld(0.25)
  const train = Array.from({ length: 3 * classes }, (_, row) => row)
  const test = Array.from({ length: 300 }, (_, i) => 100 + i)
  const [seen, unseen] = [train, test].map((rows) => ({
    matrix: takeRows(matrix, rows),
    targets: takeTargets(oneHot(labels, classes), rows),
  }))
  if (seen === undefined || unseen === undefined) throw new Error('no rows')
  const right = (head: ReturnType<typeof fitHead>['head']) =>
    'weights' in head ? accuracy(computeLogits(head, unseen.matrix), unseen.targets) : 0
  const mixed = right(fitHead(seen.matrix, seen.targets, { seed: 0, prior }).head)
  const examples = right(
    fitConfig(seen.matrix, seen.targets, { kind: 'linear', l2: 1, neighbours: null }, true),
  )
  expect(mixed).toBeGreaterThan(right(headOfWords(prior)) + 0.03)
  expect(mixed).toBeGreaterThan(examples - 0.05)
})

test('words are taken in another order with their weights', () => {
  const prior: WordsPrior = {
    ...{ weights: Float32Array.of(1, 0, 0, 1, 0.6, 0.8), classes: 3, dim: 2, logitScale: 1, logitBias: 0 },
  }
  expect([...takeWords(prior, [2, 0]).weights]).toEqual([0.6, 0.8, 1, 0].map(Math.fround))
})
