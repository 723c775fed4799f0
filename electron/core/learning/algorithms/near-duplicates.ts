// Groups of near-duplicates: exact, and without comparing all pairs.
import { createCells } from './cells.ts'
import type { Matrix } from './linear-layer.ts'
import { comparedDim, createNearPairs } from './near-pairs.ts'
import { dot, inverseNorms } from './neighbours.ts'
import { fitPca, transform } from './pca.ts'
import { noReport } from './report.ts'
import type { RowSource } from './row-source.ts'

/** Pairs that are compared whole at a time, and rows kept for those after them: some 100 MB at 768 numbers each. */
const pairsAtOnce = 8192
const keptRows = 32_768

/**
 * Groups of rows that are connected by pairs with at least this cosine; groups of one are left out.
 *
 * Rows are compared with those of their cell and of cells that are near enough, in their main directions, and whole where these
 * leave it open: see [Note: cells] and [Note: reduced rows]. Nothing is missed, whatever the data; how much is saved
 * depends on it.
 */
export function groupNearDuplicates(source: RowSource, minCosine: number, report = noReport): number[][] {
  const { points, inverse } = reduce(source, report)
  const cells = createCells(points, report)
  const { order, starts } = cells
  const pairs = createNearPairs(points, order, minCosine)
  const groups = createGroups(source.rows)
  const candidates = createCandidates(source, inverse, minCosine, groups)
  const onPair = (left: number, right: number) => {
    candidates.add(order[left] ?? 0, order[right] ?? 0)
  }
  for (const { cell, from, to, visits } of cells.blocks(2 - 2 * minCosine)) {
    report('comparing photos', from / source.rows)
    const own = Array.from({ length: to - from }, (_, at) => from + at)
    pairs.find(own, { from, to: starts[cell + 1] ?? 0 }, onPair)
    for (const [other, visitors] of visits.entries())
      pairs.find(visitors, { from: starts[other] ?? 0, to: starts[other + 1] ?? 0 }, onPair)
  }
  candidates.compare()
  return groups.list()
}

/** Principal coordinates of the rows at length 1, and what makes them so. */
function reduce(source: RowSource, report: typeof noReport): { points: Matrix; inverse: Float32Array } {
  const inverse = new Float32Array(source.rows)
  for (const { from, matrix } of source.blocks()) {
    report('reading embeddings', from / source.rows)
    inverse.set(inverseNorms(matrix), from)
  }
  const axes = fitPca(source, { count: comparedDim, seed: 0, isCentred: false, factors: inverse, report })
  return { points: transform(source, axes, { factors: inverse, report }), inverse }
}

/** Pairs to be compared whole: many at a time, since their rows may have to be read from disk. */
function createCandidates(source: RowSource, inverse: Float32Array, minCosine: number, groups: Groups) {
  const pairs = new Int32Array(2 * pairsAtOnce)
  let numbers = 0
  const wholeRows = createRowCache(source)
  const compare = (): void => {
    const rowOf = wholeRows(pairs.subarray(0, numbers))
    for (let i = 0; i < numbers; i += 2) {
      const [a, b] = [pairs[i] ?? 0, pairs[i + 1] ?? 0]
      if (groups.areJoined(a, b)) continue
      if (dot(rowOf(a), rowOf(b)) * (inverse[a] ?? 0) * (inverse[b] ?? 0) >= minCosine) groups.join(a, b)
    }
    numbers = 0
  }
  return {
    add: (a: number, b: number): void => {
      if (groups.areJoined(a, b)) return
      pairs[numbers++] = a
      pairs[numbers++] = b
      if (numbers === pairs.length) compare()
    },
    compare,
  }
}

/** Returns a function that reads the wanted rows, but for those that are cached from before, and returns how to get each of them. */
function createRowCache(source: RowSource) {
  const kept = new Map<number, Float32Array>()
  return (wanted: Int32Array): ((row: number) => Float32Array) => {
    let missing = [...new Set(wanted)].filter((row) => !kept.has(row))
    if (kept.size + missing.length > keptRows) {
      kept.clear()
      missing = [...new Set(wanted)]
    }
    const { dim, values } = source.take(missing)
    for (const [at, row] of missing.entries()) kept.set(row, values.subarray(at * dim, (at + 1) * dim))
    return (row) => kept.get(row) ?? noRow
  }
}

const noRow = new Float32Array(0)

type Groups = ReturnType<typeof createGroups>

/** Rows that are joined, directly or through others. */
function createGroups(rows: number) {
  const parent = Int32Array.from({ length: rows }, (_, row) => row)
  const rootOf = (row: number): number => {
    let root = row
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root
    parent[row] = root
    return root
  }
  return {
    areJoined: (a: number, b: number): boolean => rootOf(a) === rootOf(b),
    join: (a: number, b: number): void => {
      const [rootA, rootB] = [rootOf(a), rootOf(b)]
      parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB)
    },
    /** In the order of their first rows. */
    list: (): number[][] => {
      const groups = new Map<number, number[]>()
      for (let row = 0; row < rows; row++) {
        const root = rootOf(row)
        const group = groups.get(root)
        if (group === undefined) groups.set(root, [row])
        else group.push(row)
      }
      return [...groups.values()].filter((group) => group.length > 1)
    },
  }
}
