// Groups without comparing all pairs: the same as comparing all pairs, whatever the data.
import { expect, test } from 'vitest'
import { kMeans } from '../../../../electron/core/learning/algorithms/k-means.ts'
import { groupNearDuplicates } from '../../../../electron/core/learning/algorithms/near-duplicates.ts'
import type { Matrix } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import { createRandom } from '../../../../electron/core/learning/algorithms/random.ts'
import { createEmbedder } from '../../../helpers/made-embeddings.ts'
import { createNoise, makeClusters } from './helpers.ts'
import {
  rowsInMemory,
  selectRows,
  type RowSource,
} from '../../../../electron/core/learning/algorithms/row-source.ts'

/** Every pair, in float64. */
function groupsOfAllPairs({ rows, dim, values }: Matrix, minCosine: number): number[][] {
  const row = (i: number) => [...values.subarray(i * dim, (i + 1) * dim)]
  const cosine = (a: number[], b: number[]) =>
    a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b))
  const vectors = Array.from({ length: rows }, (_, i) => row(i))
  const groupOf = vectors.map((_, i) => i)
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      if (cosine(vectors[i] ?? [], vectors[j] ?? []) < minCosine) continue
      const [from, to] = [groupOf[j], groupOf[i]]
      for (const [k, group] of groupOf.entries()) if (group === from) groupOf[k] = to ?? 0
    }
  }
  return [...Map.groupBy(groupOf.keys(), (i) => groupOf[i])]
    .map(([, members]) => [...members])
    .filter((members) => members.length > 1)
}

const sorted = (groups: readonly (readonly number[])[]) =>
  groups.map((group) => [...group].sort((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))

test.each([
  { what: 'clusters', dim: 96, spread: 1, minCosine: 0.65 },
  { what: 'tight clusters', dim: 96, spread: 0.3, minCosine: 0.94 },
  { what: 'more dimensions than short rows have', dim: 200, spread: 6, minCosine: 0.2 },
  { what: 'fewer dimensions than short rows have', dim: 5, spread: 2, minCosine: 0.95 },
])('duplicates are those of all pairs: $what', ({ dim, spread, minCosine }) => {
  const { matrix } = makeClusters({ rows: 700, dim, classes: 20, spread })
  const expected = groupsOfAllPairs(matrix, minCosine)
  expect(expected.length).toBeGreaterThan(2)
  expect(expected.flat().length).toBeLessThan(701)
  expect(sorted(groupNearDuplicates(rowsInMemory(matrix), minCosine))).toEqual(sorted(expected))
})

/** Embeddings as of photos, with copies. */
function makeEmbeddings(rows: number, dim: number): Matrix {
  const embed = createEmbedder(dim, createRandom(3))
  const values = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) values.set(embed(row, String(row % 50)), row * dim)
  return { rows, dim, values }
}

test.each([0.95, 0.7])('duplicates are those of all pairs at %d, over many cells', (minCosine) => {
  const matrix = makeEmbeddings(1200, 96)
  const expected = groupsOfAllPairs(matrix, minCosine)
  expect(expected.length).toBeGreaterThan(20)
  expect(sorted(groupNearDuplicates(rowsInMemory(matrix), minCosine))).toEqual(sorted(expected))
})

test('leaves out most pairs of made embeddings before they are compared whole', () => {
  const rows = 3000
  const source = rowsInMemory(makeEmbeddings(rows, 96))
  let whole = 0
  const take: typeof source.take = (some) => {
    whole += some.length
    return source.take(some)
  }
  groupNearDuplicates({ ...source, take }, 0.95)
  // The sample of the principal axes is all rows here; of the others only what may be a near-duplicate is read.
  expect(whole - rows).toBeLessThan(rows / 2)
})

/** The same rows as from disk: in blocks that take the memory of the block before. */
function rowsInBlocks(matrix: Matrix, blockRows: number): RowSource {
  const { rows, dim } = matrix
  return {
    ...rowsInMemory(matrix),
    *blocks() {
      const values = new Float32Array(blockRows * dim)
      for (let from = 0; from < rows; from += blockRows) {
        const here = Math.min(blockRows, rows - from)
        values.set(matrix.values.subarray(from * dim, (from + here) * dim))
        yield { from, matrix: { rows: here, dim, values: values.subarray(0, here * dim) } }
      }
    },
  }
}

test('finds the same groups and duplicates in rows that come in blocks, and in some of them', () => {
  const { matrix } = makeClusters({ rows: 500, dim: 24, classes: 10, spread: 0.5 })
  const source = rowsInBlocks(matrix, 64)
  const options = { count: 10, seed: 1 }
  expect(kMeans(source, options)).toEqual(kMeans(rowsInMemory(matrix), options))
  expect(groupNearDuplicates(source, 0.9)).toEqual(groupNearDuplicates(rowsInMemory(matrix), 0.9))
  const some = [...Array(500).keys()].filter((row) => row % 7 !== 3 && (row < 130 || row > 200))
  const taken = rowsInMemory(rowsInMemory(matrix).take(some))
  expect(kMeans(selectRows(source, some), options)).toEqual(kMeans(taken, options))
})

test('groups equal rows, and leaves rows of zeros out', () => {
  const values = new Float32Array(300 * 8)
  for (let row = 10; row < 290; row++) values.set([3, 1, 2, 0, 0, 0, 0, 1], row * 8)
  const groups = groupNearDuplicates(rowsInMemory({ rows: 300, dim: 8, values }), 0.99)
  expect(groups).toHaveLength(1)
  expect(groups[0]).toHaveLength(280)
})

test('finds planted groups, the tightest first, each photo in one', () => {
  const { matrix, labels } = makeClusters({ rows: 400, dim: 64, classes: 8, spread: 0.5 })
  const clusters = kMeans(rowsInMemory(matrix), { count: 8, seed: 0 })
  expect(clusters.flatMap(({ members }) => members.map(({ row }) => row)).sort((a, b) => a - b)).toEqual([
    ...labels.keys(),
  ])
  for (const { members } of clusters) {
    expect(new Set(members.map(({ row }) => labels[row])).size).toBe(1)
    expect(members.map(({ cosine }) => cosine)).toEqual(
      members.map(({ cosine }) => cosine).toSorted((a, b) => b - a),
    )
  }
  expect(kMeans(rowsInMemory(matrix), { count: 8, seed: 0 })).toEqual(clusters)
})

test('accepts more groups than there are different photos', () => {
  const noise = createNoise(1)
  const values = Float32Array.from({ length: 30 * 4 }, (_, i) => (i < 20 * 4 ? 1 : noise()))
  const clusters = kMeans(rowsInMemory({ rows: 30, dim: 4, values }), { count: 25, seed: 0 })
  expect(clusters.reduce((sum, { members }) => sum + members.length, 0)).toBe(30)
  expect(clusters.every(({ members }) => members.length > 0)).toBe(true)
})
