// Groups of near-duplicates: exact, and without comparing all pairs.
import { blockRows, createLinearLayer, type Matrix } from './linear-layer.ts'
import { dot, inverseNorms } from './neighbours.ts'
import { fitPca, transform } from './pca.ts'
import { noReport } from './report.ts'
import type { RowSource } from './row-source.ts'

/** Directions in which rows are compared first. */
const reducedDim = 47
/** What rounding may take from a product of float32 numbers. */
const slack = 1e-4
/** Pairs that are compared whole at a time, and rows kept for those after them: some 100 MB at 768 numbers each. */
const pairsAtOnce = 8192
const keptRows = 32_768
/** Leaves that are compared between two reports; some tens of milliseconds. */
const leavesAtOnce = 16

/**
 * Groups of rows that are connected by pairs with at least this cosine; groups of one are left out.
 *
 * [Note: reduced rows] Each row of length 1 is written as its 47 principal coordinates and the length of the rest. The product
 * of two such reduced rows is never less than the cosine, so a pair that falls reduced there needs no look at the whole.
 * Rows are sorted into leaves of rows that lie close together; leaves whose boxes are too far apart are not compared
 * at all. Nothing is missed, whatever the data; how much is saved depends on it.
 */
export function groupNearDuplicates(source: RowSource, minCosine: number, report = noReport): number[][] {
  const { reduced, inverse } = reduce(source, report)
  const order = Int32Array.from({ length: source.rows }, (_, row) => row)
  const leaves: Leaf[] = []
  split(reduced, order, 0, source.rows, leaves)
  const sorted = sortRows(reduced, order)
  const groups = createGroups(source.rows)
  const candidates = createCandidates(source, inverse, minCosine, groups)
  const pass = createLinearLayer(sorted.dim, blockRows)
  const noBias = new Float32Array(blockRows)
  const compared = (rights: number, lefts: number) => {
    report('comparing photos', (rights ** 2 + 2 * lefts) / (leaves.length + 1) ** 2)
  }
  for (const [at, right] of leaves.entries()) {
    pass.setWeights(blockOf(sorted, right), noBias)
    for (let i = 0; i <= at; i++) {
      const left = leaves[i] ?? right
      if (i % leavesAtOnce === 0) compared(at, i)
      if (isFar(left, right, 2 - 2 * minCosine + slack)) continue
      pass.forward(sorted, left.from, left.to - left.from)
      for (let r = left.from; r < left.to; r++) {
        const products = (r - left.from) * pass.stride
        for (let c = Math.max(right.from, r + 1); c < right.to; c++)
          if ((pass.logits[products + c - right.from] ?? 0) >= minCosine - slack)
            candidates.add(order[r] ?? 0, order[c] ?? 0)
      }
    }
  }
  candidates.compare()
  return groups.list()
}

/** See [Note: reduced rows]. */
function reduce(source: RowSource, report: typeof noReport): { reduced: Matrix; inverse: Float32Array } {
  const inverse = new Float32Array(source.rows)
  for (const { from, matrix } of source.blocks()) {
    report('reading embeddings', from / source.rows)
    inverse.set(inverseNorms(matrix), from)
  }
  const axes = fitPca(source, { count: reducedDim, seed: 0, isCentred: false, factors: inverse, report })
  const { rows, dim, values } = transform(source, axes, { factors: inverse, report })
  const reduced = new Float32Array(rows * (dim + 1))
  for (let row = 0; row < rows; row++) {
    let rest = 1
    for (let d = 0; d < dim; d++) {
      const value = values[row * dim + d] ?? 0
      reduced[row * (dim + 1) + d] = value
      rest -= value * value
    }
    reduced[row * (dim + 1) + dim] = Math.sqrt(Math.max(0, rest))
  }
  return { reduced: { rows, dim: dim + 1, values: reduced }, inverse }
}

interface Leaf {
  readonly from: number
  readonly to: number
  /** The smallest box around its rows. */
  readonly low: Float32Array
  readonly high: Float32Array
}

/** Sorts `order[from..to]` into leaves of at most a block, each time along the direction in which rows spread most. */
function split(reduced: Matrix, order: Int32Array, from: number, to: number, leaves: Leaf[]): void {
  const { dim, values } = reduced
  const low = new Float32Array(dim).fill(Infinity)
  const high = new Float32Array(dim).fill(-Infinity)
  for (const row of order.subarray(from, to)) {
    for (let d = 0; d < dim; d++) {
      const value = values[row * dim + d] ?? 0
      if (value < (low[d] ?? 0)) low[d] = value
      if (value > (high[d] ?? 0)) high[d] = value
    }
  }
  if (to - from <= blockRows) {
    leaves.push({ from, to, low, high })
    return
  }
  let widest = 0
  for (let d = 1; d < dim; d++)
    if ((high[d] ?? 0) - (low[d] ?? 0) > (high[widest] ?? 0) - (low[widest] ?? 0)) widest = d
  const at = (row: number) => values[row * dim + widest] ?? 0
  order.subarray(from, to).sort((a, b) => at(a) - at(b) || a - b)
  // Whole blocks on the left, so that leaves are full.
  const blocks = Math.ceil((to - from) / blockRows)
  const middle = from + Math.ceil(blocks / 2) * blockRows
  split(reduced, order, from, middle, leaves)
  split(reduced, order, middle, to, leaves)
}

function sortRows({ rows, dim, values }: Matrix, order: Int32Array): Matrix {
  const sorted = new Float32Array(values.length)
  for (const [at, row] of order.entries()) sorted.set(values.subarray(row * dim, (row + 1) * dim), at * dim)
  return { rows, dim, values: sorted }
}

function blockOf({ dim, values }: Matrix, { from, to }: Leaf): Float32Array {
  const block = new Float32Array(blockRows * dim)
  block.set(values.subarray(from * dim, to * dim))
  return block
}

/** Whether no row of one box is within this squared distance of one of the other. */
function isFar(a: Leaf, b: Leaf, maxSquare: number): boolean {
  let square = 0
  for (let d = 0; d < a.low.length && square <= maxSquare; d++) {
    const gap = Math.max((a.low[d] ?? 0) - (b.high[d] ?? 0), (b.low[d] ?? 0) - (a.high[d] ?? 0))
    if (gap > 0) square += gap * gap
  }
  return square > maxSquare
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
