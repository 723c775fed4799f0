// Main directions and the two maps, on data whose shape is known.
import { expect, test } from 'vitest'
import { layOutByPca, layOutByUmap } from '../../../../electron/core/learning/algorithms/umap-layout.ts'
import type { Matrix } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import { fitPca, transform } from '../../../../electron/core/learning/algorithms/pca.ts'
import { dot } from '../../../../electron/core/learning/algorithms/neighbours.ts'
import { createNoise, makeClusters } from './helpers.ts'
import { rowsInMemory } from '../../../../electron/core/learning/algorithms/row-source.ts'

/** Rows that vary by `scales` along the axes of a turned coordinate system, around a point far off. */
function makeEllipsoid(rows: number, scales: readonly number[]): { matrix: Matrix; turn: number[][] } {
  const noise = createNoise(2)
  const dim = scales.length
  const turn = scales.map((_, i) =>
    scales.map((__, j) => Math.sqrt(2 / (dim + 1)) * Math.sin(((i + 1) * (j + 1) * Math.PI) / (dim + 1))),
  )
  const values = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) {
    for (const [axis, scale] of scales.entries()) {
      const length = scale * noise()
      for (let d = 0; d < dim; d++)
        values[row * dim + d] = (values[row * dim + d] ?? 0) + length * (turn[axis]?.[d] ?? 0)
    }
  }
  return { matrix: { rows, dim, values: values.map((value) => value + 7) }, turn }
}

test('finds the axes of an ellipsoid, the longest first', () => {
  const { matrix, turn } = makeEllipsoid(4000, [0.1, 3, 0.2, 5, 1, 0.1, 0.1, 0.1, 0.1, 0.1])
  const { vectors, mean } = fitPca(rowsInMemory(matrix), { count: 3, seed: 1, isCentred: true })
  for (const [at, axis] of [3, 1, 4].entries()) {
    const vector = vectors.subarray(at * 10, at * 10 + 10)
    const along = vector.reduce((sum, value, d) => sum + value * (turn[axis]?.[d] ?? 0), 0)
    expect(Math.abs(along)).toBeGreaterThan(0.999)
    expect(Math.max(...vector)).toBe(Math.max(...vector.map(Math.abs)))
  }
  for (const value of mean) expect(Math.abs(value - 7)).toBeLessThan(0.5)
})

test('keeps axes at right angles and no longer than 1, where rows vary in a single direction', () => {
  const values = Float32Array.from({ length: 300 * 8 }, (_, i) => [3, 1, 2, 0, 0, 0, 0, 1][i % 8] ?? 0)
  const source = rowsInMemory({ rows: 300, dim: 8, values })
  const { vectors, count } = fitPca(source, { count: 5, seed: 0, isCentred: false })
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      const along = dot(vectors.subarray(8 * a, 8 * a + 8), vectors.subarray(8 * b, 8 * b + 8))
      if (a === b) expect(along).toBeLessThan(1.00001)
      else expect(along).toBeCloseTo(0, 5)
    }
})

test('keeps distances in PCA coordinates, and applies factors before the mean', () => {
  const { matrix } = makeEllipsoid(300, [4, 2, 1])
  const axes = fitPca(rowsInMemory(matrix), { count: 3, seed: 0, isCentred: true })
  const short = transform(rowsInMemory(matrix), axes)
  const distance = ({ dim, values }: Matrix, a: number, b: number) =>
    Math.hypot(
      ...Array.from({ length: dim }, (_, d) => (values[a * dim + d] ?? 0) - (values[b * dim + d] ?? 0)),
    )
  for (const [a, b] of [
    [0, 1],
    [5, 99],
    [17, 200],
  ] as const)
    expect(distance(short, a, b)).toBeCloseTo(distance(matrix, a, b), 3)
  const halves = new Float32Array(300).fill(0.5)
  const doubled = { ...matrix, values: matrix.values.map((value) => 2 * value) }
  const again = transform(rowsInMemory(doubled), axes, { factors: halves })
  expect(Math.max(...again.values.map((value, i) => Math.abs(value - (short.values[i] ?? 0))))).toBeLessThan(
    1e-4,
  )
})

test('scales a PCA map to -1..1 without changing its proportions', () => {
  const { matrix } = makeEllipsoid(2000, [6, 3, 0.1, 0.1])
  const { coordinates, fitted } = layOutByPca(rowsInMemory(matrix), 0)
  const spread = (d: number) => {
    const values = coordinates.filter((_, i) => i % 2 === d)
    return Math.max(...values) - Math.min(...values)
  }
  expect(spread(0)).toBeCloseTo(2, 5)
  expect(spread(1)).toBeGreaterThan(0.8)
  expect(spread(1)).toBeLessThan(1.2)
  expect(fitted).toBe(2000)
})

/** Share of rows whose nearest row on the plane has the same label. */
function neighboursKept(
  coordinates: Float32Array,
  labels: readonly number[],
  rows: readonly number[],
): number {
  const kept = rows.filter((row) => {
    let [best, least] = [-1, Infinity]
    for (const other of labels.keys()) {
      const distance = Math.hypot(
        (coordinates[2 * row] ?? 0) - (coordinates[2 * other] ?? 0),
        (coordinates[2 * row + 1] ?? 0) - (coordinates[2 * other + 1] ?? 0),
      )
      if (other !== row && distance < least) [best, least] = [other, distance]
    }
    return labels[best] === labels[row]
  })
  return kept.length / rows.length
}

const umap = { seed: 3, neighbours: 10, minDistance: 0.1 }

test('keeps neighbours together by UMAP where two principal axes cannot, the same for the same seed', () => {
  const { matrix, labels } = makeClusters({ rows: 300, dim: 40, classes: 12, spread: 1 })
  const drawn = layOutByUmap(rowsInMemory(matrix), umap)
  const all = [...labels.keys()]
  expect(neighboursKept(drawn.coordinates, labels, all)).toBeGreaterThan(0.95)
  expect(neighboursKept(layOutByPca(rowsInMemory(matrix), 3).coordinates, labels, all)).toBeLessThan(0.8)
  expect(layOutByUmap(rowsInMemory(matrix), umap)).toEqual(drawn)
  expect(layOutByUmap(rowsInMemory(matrix), { ...umap, seed: 4 })).not.toEqual(drawn)
})

test('places rows that UMAP left out among their nearest neighbours', () => {
  const { matrix, labels } = makeClusters({ rows: 600, dim: 40, classes: 6, spread: 1 })
  const { coordinates, fitted } = layOutByUmap(rowsInMemory(matrix), { ...umap, maxFitted: 200 })
  expect(fitted).toBe(200)
  expect(neighboursKept(coordinates, labels, [...labels.keys()])).toBeGreaterThan(0.95)
})

test.each([1, 2, 3, 5])('%i photos make a map too', (rows) => {
  const { matrix } = makeClusters({ rows, dim: 8, classes: 1, spread: 1 })
  const { coordinates } = layOutByUmap(rowsInMemory(matrix), umap)
  expect([...coordinates].every((value) => Math.abs(value) <= 1)).toBe(true)
})

test('stops a map that is cancelled', () => {
  const { matrix } = makeClusters({ rows: 200, dim: 20, classes: 4, spread: 1 })
  const report = (step: string) => {
    if (step === 'drawing the map') throw new Error('enough')
  }
  expect(() => layOutByUmap(rowsInMemory(matrix), { ...umap, report })).toThrow('enough')
})
