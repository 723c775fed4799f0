// Logistic regression: the minimum by its conditions and by another solver, weights, several labels, scaling.
import { expect, test } from 'vitest'
import { computeLogits } from '../../../../electron/core/learning/algorithms/apply-head.ts'
import type { Matrix } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import {
  fitLogistic,
  type Targets,
} from '../../../../electron/core/learning/algorithms/logistic-regression.ts'
import { foldScaling, measureScaling, scale } from '../../../../electron/core/learning/algorithms/scaling.ts'
import { oneHot } from '../../../helpers/one-hot.ts'
import { makeClusters, solveSoftmax } from './helpers.ts'

const rowsOf = ({ rows, dim, values }: Matrix) =>
  Array.from({ length: rows }, (_, r) => [...values.subarray(r * dim, (r + 1) * dim)])
const exact = { isBalanced: false, gradientTolerance: 1e-5 }

test('reaches the multinomial minimum of an independent solver', () => {
  const { matrix, labels } = makeClusters({ rows: 60, dim: 5, classes: 3, spread: 1.5 })
  const l2 = 0.05
  const { parameters, isConverged } = fitLogistic(matrix, oneHot(labels, 3), { l2, ...exact })
  expect(isConverged).toBe(true)
  const other = solveSoftmax(rowsOf(matrix), labels, 3, l2, { steps: 4000, rate: 0.3 })
  for (let c = 0; c < 3; c++) {
    for (let d = 0; d < 5; d++) expect(parameters[c * 5 + d]).toBeCloseTo(other[c]?.[d] ?? NaN, 3)
    expect(parameters[15 + c]).toBeCloseTo(other[c]?.[5] ?? NaN, 3)
  }
})

test('predicts the class frequencies without features', () => {
  const labels = [0, 0, 0, 1, 1, 2]
  const matrix = { rows: 6, dim: 4, values: new Float32Array(24) }
  const { parameters } = fitLogistic(matrix, oneHot(labels, 3), { l2: 1, ...exact })
  const odds = [...parameters.subarray(12)].map(Math.exp)
  const total = odds.reduce((sum, value) => sum + value, 0)
  for (const [c, share] of [1 / 2, 1 / 3, 1 / 6].entries())
    expect((odds[c] ?? NaN) / total).toBeCloseTo(share, 4)
  const balanced = fitLogistic(matrix, oneHot(labels, 3), { l2: 1, ...exact, isBalanced: true })
  const [first = NaN, second, third] = balanced.parameters.subarray(12)
  expect(second).toBeCloseTo(first, 4)
  expect(third).toBeCloseTo(first, 4)
})

test('fits one-vs-rest classes independently, and ignores unknown labels', () => {
  const matrix = { rows: 8, dim: 1, values: new Float32Array(8) }
  // Class 0: 6 of 8. Class 1: 1 of the 4 that were judged.
  const values = Int8Array.of(...[1, 1, 1, 0, 1, 0, 1, 0], ...[1, -1, 1, -1, 0, -1, 0, -1])
  const targets: Targets = { mode: 'multi', classes: 2, values }
  const { parameters } = fitLogistic(matrix, targets, { l2: 1, ...exact })
  expect(parameters[2]).toBeCloseTo(Math.log(3), 4)
  expect(parameters[3]).toBeCloseTo(Math.log(1 / 3), 4)
})

test('shrinks the weights with a stronger penalty, and repeats the same numbers for the same data', () => {
  const { matrix, labels } = makeClusters({ rows: 90, dim: 8, classes: 3, spread: 1 })
  const fit = (l2: number) => fitLogistic(matrix, oneHot(labels, 3), { l2, isBalanced: true }).parameters
  const norm = (parameters: Float64Array) => Math.hypot(...parameters.subarray(0, 24))
  expect(norm(fit(1))).toBeLessThan(norm(fit(0.1)))
  expect(fit(0.1)).toEqual(fit(0.1))
})

test('folds the scaling into the head without changing its logits', () => {
  const { matrix, labels } = makeClusters({ rows: 50, dim: 6, classes: 2, spread: 1 })
  const shifted: Matrix = { ...matrix, values: matrix.values.map((value) => 40 * value + 7) }
  const scaling = measureScaling(shifted)
  const scaled = scale(shifted, scaling)
  const squares = scaled.values.reduce((sum, value) => sum + value * value, 0)
  expect(squares / 50).toBeCloseTo(6, 3)
  const { parameters } = fitLogistic(scaled, oneHot(labels, 2), { l2: 0.1, isBalanced: true })
  const [weights, bias] = [parameters.subarray(0, 12), parameters.subarray(12)].map((part) =>
    Float32Array.from(part),
  )
  if (!weights || !bias) throw new Error('no parameters')
  const direct = computeLogits({ classes: 2, dim: 6, weights, bias }, scaled)
  const folded = computeLogits(foldScaling(parameters, 2, scaling), shifted)
  for (const [i, logit] of direct.entries()) expect(folded[i]).toBeCloseTo(logit, 3)
})
