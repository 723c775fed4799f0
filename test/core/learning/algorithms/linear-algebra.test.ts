// The SIMD product against the plain sum, and L-BFGS against minima that are known.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { assemble, wasmTexts } from '../../../../build/assemble-wat.ts'
import { cholesky, solveLower } from '../../../../electron/core/learning/algorithms/cholesky.ts'
import { computeLogits } from '../../../../electron/core/learning/algorithms/apply-head.ts'
import { minimize } from '../../../../electron/core/learning/algorithms/lbfgs.ts'
import { createLinearLayer } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import { createNoise } from './helpers.ts'

test.each([
  [1, 1, 1],
  [3, 5, 2],
  [130, 192, 10],
  [257, 31, 17],
])('logits of %i embeddings of length %i for %i classes', (rows, dim, classes) => {
  const noise = createNoise(rows)
  const make = (length: number) => Float32Array.from({ length }, noise)
  const [values, weights, bias] = [make(rows * dim), make(classes * dim), make(classes)]
  const logits = computeLogits({ classes, dim, weights, bias }, { rows, dim, values })
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < classes; c++) {
      let sum = bias[c] ?? 0
      for (let d = 0; d < dim; d++) sum += (values[r * dim + d] ?? 0) * (weights[c * dim + d] ?? 0)
      expect(Math.abs((logits[r * classes + c] ?? NaN) - sum)).toBeLessThan(2e-4)
    }
  }
})

test('computes the backward pass as the transposed product', () => {
  const [rows, dim, classes] = [37, 30, 11]
  const noise = createNoise(2)
  const values = Float32Array.from({ length: rows * dim }, noise)
  const pass = createLinearLayer(dim, classes)
  pass.forward({ rows, dim, values }, 0, rows)
  const residuals = Array.from({ length: rows }, () => Array.from({ length: classes }, noise))
  for (const [r, row] of residuals.entries()) pass.logits.set(row, r * pass.stride)
  const gradient = new Float64Array(classes * dim).fill(1)
  pass.backward(gradient)
  for (let c = 0; c < classes; c++) {
    for (let d = 0; d < dim; d++) {
      const sum = residuals.reduce((total, row, r) => total + (row[c] ?? 0) * (values[r * dim + d] ?? 0), 1)
      expect(Math.abs((gradient[c * dim + d] ?? NaN) - sum)).toBeLessThan(1e-4)
    }
  }
})

test.each(Object.keys(wasmTexts) as (keyof typeof wasmTexts)[])(
  'keeps the WebAssembly bytes in the source equal to %s.wat',
  async (name) => {
    const file = new URL(`../../../../electron/core/learning/algorithms/${name}-wasm.ts`, import.meta.url)
    expect(await readFile(file, 'utf8')).toBe(await assemble(name))
  },
)

test('L-BFGS reaches the known minimum of a badly scaled quadratic', () => {
  const scales = [1, 10, 100, 1000]
  const result = minimize(
    (x, gradient) => {
      for (const [i, s] of scales.entries()) gradient[i] = s * ((x[i] ?? 0) - i)
      return scales.reduce((sum, s, i) => sum + (s * ((x[i] ?? 0) - i) ** 2) / 2, 0)
    },
    new Float64Array(4),
    { maxIterations: 100, gradientTolerance: 1e-9 },
  )
  expect(result.isConverged).toBe(true)
  for (const [i, value] of result.x.entries()) expect(value).toBeCloseTo(i, 9)
})

test('L-BFGS reaches (1, 1) on the Rosenbrock function', () => {
  const result = minimize(
    (v, gradient) => {
      const [x = 0, y = 0] = v
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x)
      gradient[1] = 200 * (y - x * x)
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2
    },
    Float64Array.of(-1.2, 1),
    { maxIterations: 200, gradientTolerance: 1e-8 },
  )
  expect(result.isConverged).toBe(true)
  expect(result.x[0]).toBeCloseTo(1, 6)
  expect(result.x[1]).toBeCloseTo(1, 6)
})

test('L-BFGS stops where the function cannot be lowered', () => {
  const result = minimize(
    (x, gradient) => {
      gradient[0] = NaN
      return x[0] === 0 ? 0 : NaN
    },
    new Float64Array(1),
    { maxIterations: 5, gradientTolerance: 1e-9 },
  )
  expect(result.iterations).toBe(0)
})

test('Cholesky factors a matrix and solves its equations', () => {
  const matrix = Float64Array.of(4, 0, 0, 2, 5, 0, 6, 1, 14)
  const lower = cholesky(matrix, 3)
  const product = (i: number, j: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (lower[3 * i + k] ?? 0) * (lower[3 * j + k] ?? 0), 0)
  for (const [i, j] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
    [2, 2],
  ] as const)
    expect(product(i, j)).toBeCloseTo(matrix[3 * i + j] ?? 0, 12)
  const vector = Float32Array.of(2, 3, 4)
  solveLower(lower, vector)
  expect((lower[3] ?? 0) * (vector[0] ?? 0) + (lower[4] ?? 0) * (vector[1] ?? 0)).toBeCloseTo(3, 5)
})
