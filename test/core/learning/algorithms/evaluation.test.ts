// Choosing a head, metrics, calibration, splits: against numbers worked out by hand.
import { expect, test } from 'vitest'
import { bestClasses, predict } from '../../../../electron/core/learning/algorithms/apply-head.ts'
import {
  calibrate,
  expectedCalibrationError,
} from '../../../../electron/core/learning/algorithms/calibration.ts'
import { predictOutOfFold } from '../../../../electron/core/learning/algorithms/cross-validation.ts'
import { fitHead } from '../../../../electron/core/learning/algorithms/fit-head.ts'
import { nearestMean } from '../../../../electron/core/learning/algorithms/head-config.ts'
import { expectGain } from '../../../../electron/core/learning/algorithms/learning-curve.ts'
import { computeMetrics } from '../../../../electron/core/learning/algorithms/metrics.ts'
import {
  fitNeighbours,
  neighbourLogits,
  packNeighbours,
  unpackNeighbours,
} from '../../../../electron/core/learning/algorithms/nearest-neighbours.ts'
import { createRandom } from '../../../../electron/core/learning/algorithms/random.ts'
import { stratifiedFolds, takeRows } from '../../../../electron/core/learning/algorithms/split.ts'
import { oneHot } from '../../../helpers/one-hot.ts'
import { createNoise, makeClusters } from './helpers.ts'

test('computes the metrics of six photos as worked out by hand', () => {
  // Best classes: a a b | b b a, truth: a a a b b b.
  const probabilities = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6, 0.6, 0.4)
  const metrics = computeMetrics(probabilities, oneHot([0, 0, 0, 1, 1, 1], 2), ['a', 'b'])
  expect(metrics).toMatchObject({ photos: 6, top5: 1 })
  expect(metrics.accuracy).toBeCloseTo(4 / 6, 9)
  expect(metrics.confusion).toEqual([
    [2, 1],
    [1, 2],
  ])
  expect(metrics.perClass[0]).toEqual({ name: 'a', examples: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 })
})

test('counts only annotated labels in metrics of several labels a photo, and is null where there are none', () => {
  const targets = { mode: 'multi' as const, classes: 3, values: Int8Array.of(1, 0, -1, 0, 1, -1) }
  const probabilities = Float32Array.of(0.9, 0.6, 0.9, 0.2, 0.7, 0.1)
  const { accuracy, perClass } = computeMetrics(probabilities, targets, ['a', 'b', 'c'])
  expect(accuracy).toBe(3 / 4)
  expect(perClass[1]).toMatchObject({ examples: 1, precision: 1 / 2, recall: 1 })
  expect(perClass[2]).toEqual({ name: 'c', examples: 0, precision: null, recall: null, f1: null })
})

test('finds the temperature that undoes a planted overconfidence', () => {
  const random = createRandom(3)
  const [rows, factor] = [4000, 3]
  const logits = new Float32Array(2 * rows)
  // The label is drawn from the softmax of the true logits; what is shown is three times as sure.
  const labels = Array.from({ length: rows }, (_, row) => {
    const logit = 4 * random() - 2
    logits[2 * row] = factor * logit
    return random() < 1 / (1 + Math.exp(-logit)) ? 0 : 1
  })
  const targets = oneHot(labels, 2)
  const { temperature } = calibrate(logits, targets)
  expect(temperature).toBeGreaterThan(2.7)
  expect(temperature).toBeLessThan(3.3)
  const head = { classes: 2, dim: 2, weights: Float32Array.of(1, 0, 0, 1), bias: new Float32Array(2) }
  const errorAt = (t: number) =>
    expectedCalibrationError(
      predict({ head, mode: 'single', temperature: t }, { rows, dim: 2, values: logits }),
      targets,
    )
  expect(errorAt(temperature)).toBeLessThan(0.03)
  expect(errorAt(1)).toBeGreaterThan(0.08)
})

test('leaves singleton classes out of the temperature', () => {
  const { matrix, labels } = makeClusters({ rows: 1000, dim: 12, classes: 4, spread: 0.5 })
  const known = [...Array(60).keys()]
  const singletons = known.map((row) => (row < 54 ? (labels[row] ?? 0) : row - 50))
  const fitted = fitHead(takeRows(matrix, known), oneHot(singletons, 10), { seed: 0 })
  const unseen = [...labels.keys()].slice(60)
  const truth = unseen.map((row) => labels[row] ?? 0)
  const said = predict(fitted, takeRows(matrix, unseen))
  expect(expectedCalibrationError(said, oneHot(truth, 10))).toBeLessThan(0.1)
})

test('computes a calibration error of 0.4 for a confidence of 0.9 that is right half of the time', () => {
  const probabilities = Float32Array.of(0.9, 0.1, 0.9, 0.1)
  expect(expectedCalibrationError(probabilities, oneHot([0, 1], 2))).toBeCloseTo(0.4, 6)
})

test('keeps the calibration error of few photos of a calibrated head small', () => {
  const random = createRandom(7)
  const measure = () => {
    const sure = Array.from({ length: 60 }, () => 0.5 + random() / 2)
    const truth = sure.map((p) => (random() < p ? 0 : 1))
    const probabilities = Float32Array.from(sure.flatMap((p) => [p, 1 - p]))
    return expectedCalibrationError(probabilities, oneHot(truth, 2))
  }
  const errors = Array.from({ length: 50 }, measure)
  // With 15 bins it would be 0.11.
  expect(errors.reduce((sum, error) => sum + error / 50, 0)).toBeLessThan(0.09)
})

test('stratifies folds by class, the same for the same seed', () => {
  const strata = Array.from({ length: 103 }, (_, i) => (i < 20 ? 0 : 1))
  const folds = stratifiedFolds(strata, 5, 1)
  const sizes = [0, 1, 2, 3, 4].map(
    (fold) => folds.filter((value, i) => value === fold && strata[i] === 0).length,
  )
  expect(sizes).toEqual([4, 4, 4, 4, 4])
  expect(stratifiedFolds(strata, 5, 1)).toEqual(folds)
  expect(stratifiedFolds(strata, 5, 2)).not.toEqual(folds)
})

test('chooses the nearest mean for one label a class, and a linear probe for many labels of a hard task', () => {
  const few = makeClusters({ rows: 4, dim: 12, classes: 4, spread: 0.1 })
  const first = fitHead(few.matrix, oneHot(few.labels, 4), { seed: 0 })
  expect(first).toMatchObject({ config: { kind: 'nearest-mean' }, outOfFold: null })
  expect([...predict(first, few.matrix)].filter((p) => p > 0.25)).toHaveLength(4)

  // The class is in the sign of one direction, and another direction is far louder: means mislead there.
  const random = createRandom(5)
  const labels = Array.from({ length: 200 }, (_, i) => i % 2)
  const values = Float32Array.from(
    labels.flatMap((c) => [c - 0.5 + 0.3 * (random() - 0.5), 20 * (random() - 0.5)]),
  )
  const many = fitHead({ rows: 200, dim: 2, values }, oneHot(labels, 2), { seed: 0 })
  expect(many.config.kind).toBe('linear')
  expect(many.outOfFold).toHaveLength(400)
})

test('never predicts a class without examples by the nearest mean', () => {
  const matrix = { rows: 2, dim: 2, values: Float32Array.of(4, 0, 0, 4) }
  const head = fitHead(matrix, oneHot([0, 1], 3), { seed: 0 })
  expect(head.config.kind).toBe('nearest-mean')
  const between = predict(head, { rows: 1, dim: 2, values: Float32Array.of(2.1, 1.9) })
  expect(between[2]).toBe(0)
  expect(between[0]).toBeGreaterThan(between[1] ?? 1)
})

test('leaves the means of other classes unchanged by singleton classes', () => {
  // Six classes of three photos each, and four of one: in its fold nobody knows such a class, and none may be given it.
  const { matrix, labels } = makeClusters({ rows: 30, dim: 64, classes: 10, spread: 1 })
  const rows = [...labels.keys()].filter((row) => row < 10 || (labels[row] ?? 0) < 6)
  const given = rows.map((row) => labels[row] ?? 0)
  const part = takeRows(matrix, rows)
  const logits = predictOutOfFold(part, oneHot(given, 10), nearestMean, { seed: 0 })
  const isRight = given.map((truth, at) => {
    const [best] = bestClasses(logits, at * 10, 10, 1)
    return truth < 6 && best?.classIndex === truth
  })
  expect(isRight.filter(Boolean).length).toBe(18)
})

test('chooses nearest neighbours where a class has several clusters and labels are few', () => {
  // Like a chess board: the means of both classes are the same point, and no line divides them.
  const noise = createNoise(3)
  const corners = [
    [1, 1, 0],
    [-1, -1, 0],
    [1, -1, 1],
    [-1, 1, 1],
  ] as const
  const make = (rows: number) => {
    const labels = Array.from({ length: rows }, (_, row) => corners[row % 4]?.[2] ?? 0)
    const values = Float32Array.from(
      labels.flatMap((_, row) => [0, 1].map((d) => 10 * (corners[row % 4]?.[d] ?? 0) + noise())),
    )
    return { labels, matrix: { rows, dim: 2, values } }
  }
  const few = make(8)
  const fitted = fitHead(few.matrix, oneHot(few.labels, 2), { seed: 0 })
  expect(fitted.config.kind).toBe('knn')
  const unseen = make(40)
  const said = predict(fitted, unseen.matrix)
  expect(unseen.labels.filter((truth, row) => (said[2 * row + truth] ?? 0) > 0.5)).toHaveLength(40)
  if (!('neighbours' in fitted.head)) throw new Error('not a knn head')
  const kept = unpackNeighbours(packNeighbours(fitted.head), 2, 2)
  expect(kept).toEqual(fitted.head)
  // With many labels each class has its say through more neighbours than are kept.
  const many = make(200)
  expect(fitHead(many.matrix, oneHot(many.labels, 2), { seed: 0 }).config.kind).not.toBe('knn')
})

test('counts the votes of neighbours as worked out by hand', () => {
  const matrix = { rows: 4, dim: 2, values: Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1) }
  const head = fitNeighbours(matrix, oneHot([0, 1, 1, 1], 2), 1)
  const query = { rows: 2, dim: 2, values: Float32Array.of(5, 1, 1, 5) }
  const logits = neighbourLogits(head, query)
  const cosine = 5 / Math.sqrt(26)
  expect(logits[0]).toBeCloseTo((cosine - 1) / 0.07, 3)
  expect(logits[1]).toBeCloseTo(Math.log(1e-6), 3)
  expect(logits[3]).toBeCloseTo((cosine - 1) / 0.07, 3)
})

test('fits the same head for the same seed', () => {
  const { matrix, labels } = makeClusters({ rows: 120, dim: 16, classes: 4, spread: 2 })
  const fit = () => fitHead(matrix, oneHot(labels, 4), { seed: 7 })
  expect(fit()).toEqual(fit())
})

test('orders the best classes by score, ties by index', () => {
  const found = bestClasses(Float32Array.of(9, 9, 0.1, 0.4, 0.1, 0.4), 2, 4, 3)
  expect(found.map(({ classIndex }) => classIndex)).toEqual([1, 3, 0])
})

test('extrapolates a power law in the error', () => {
  const accuracyAt = (labels: number) => 1 - labels ** -0.5
  const points = [25, 100, 400].map((labels) => ({ labels, accuracy: accuracyAt(labels) }))
  expect(expectGain(points, 500)).toBeCloseTo(accuracyAt(900) - accuracyAt(400), 9)
  expect(expectGain(points.slice(1), 20)).toBeNull()
  const falling = [10, 20, 30].map((labels, i) => ({ labels, accuracy: 0.9 - 0.1 * i }))
  expect(expectGain(falling, 20)).toBeCloseTo(0, 9)
})
