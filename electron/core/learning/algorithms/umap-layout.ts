// A plane on which rows that are alike lie together: by PCA, or by UMAP (McInnes et al. 2018).
import { UMAP } from 'umap-js'
import { blockRows, createDistanceLayer, squaredLengths, type Matrix } from './linear-layer.ts'
import { fitPca, transform } from './pca.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport, type Report } from './report.ts'
import type { RowSource } from './row-source.ts'
import { takeRows } from './split.ts'

export interface Layout {
  /** [rows, 2], within -1..1, both axes on the same scale. */
  readonly coordinates: Float32Array
  /** Rows that the method itself placed. */
  readonly fitted: number
}

export interface UmapOptions {
  readonly seed: number
  readonly neighbours: number
  readonly minDistance: number
  /** Rows that UMAP places itself; others lie between those of them that are most like them. */
  readonly maxFitted?: number
  readonly report?: Report
}

/** UMAP measures distances in this many main directions; the rest is mostly noise. */
const shortDim = 48
/** UMAP takes some seconds for so many rows, and far too long for a hundred thousand. */
const defaultMaxFitted = 5000
/** Fitted neighbours among which any other row is placed. */
const placedAmong = 5

export function layOutByPca(source: RowSource, seed: number, report = noReport): Layout {
  const axes = fitPca(source, { count: 2, seed, isCentred: true, report })
  const { rows, dim, values } = transform(source, axes, { report })
  const coordinates = new Float32Array(2 * rows)
  for (let row = 0; row < rows; row++)
    for (let d = 0; d < Math.min(2, dim); d++) coordinates[2 * row + d] = values[row * dim + d] ?? 0
  return { coordinates: fitToPlane(coordinates), fitted: rows }
}

/**
 * UMAP of at most `maxFitted` rows taken by chance; each other row lies between its five nearest of them, nearer to those that
 * are more like it. Distances are Euclidean, and neighbours exact.
 */
export function layOutByUmap(source: RowSource, options: UmapOptions): Layout {
  const { seed, maxFitted = defaultMaxFitted, report = noReport } = options
  // Too few to have neighbours worth the name.
  if (source.rows <= 3) return layOutByPca(source, seed, report)
  const axes = fitPca(source, { count: shortDim, seed, isCentred: true, report })
  const points = transform(source, axes, { report })
  const chosen = shuffle([...Array(points.rows).keys()], createRandom(seed)).slice(0, maxFitted)
  chosen.sort((a, b) => a - b)
  const fitted = takeRows(points, chosen)
  const plane = runUmap(fitted, options)
  const coordinates = new Float32Array(2 * points.rows)
  if (chosen.length < points.rows) placeAll(points, fitted, plane, coordinates, report)
  for (const [at, row] of chosen.entries()) coordinates.set(plane.subarray(2 * at, 2 * at + 2), 2 * row)
  return { coordinates: fitToPlane(coordinates), fitted: chosen.length }
}

function runUmap(points: Matrix, { seed, neighbours, minDistance, report = noReport }: UmapOptions) {
  const count = Math.min(neighbours, points.rows - 2)
  const indices: number[][] = []
  const distances: number[][] = []
  forNearest(points, points, count + 1, (row, near) => {
    const others = near.filter((one) => one.row !== row).slice(0, count)
    // UMAP wants each row itself first.
    indices.push([row, ...others.map((one) => one.row)])
    distances.push([0, ...others.map(({ distance }) => distance)])
  })
  const umap = new UMAP({ nNeighbors: count + 1, minDist: minDistance, random: createRandom(seed + 1) })
  umap.setPrecomputedKNN(indices, distances)
  // With neighbours given, UMAP wants nothing of the rows but their number.
  const epochs = umap.initializeFit(indices)
  for (let epoch = 0; epoch < epochs; epoch++) {
    report('drawing the map', epoch / epochs)
    umap.step()
  }
  return Float32Array.from(umap.getEmbedding().flat())
}

function placeAll(
  points: Matrix,
  fitted: Matrix,
  plane: Float32Array,
  coordinates: Float32Array,
  report: Report,
): void {
  forNearest(points, fitted, placedAmong, (row, near) => {
    if (row % 4096 === 0) report('placing the other photos', row / points.rows)
    let [x, y, total] = [0, 0, 0]
    for (const { row: other, distance } of near) {
      const weight = 1 / (distance * distance + 1e-12)
      x += weight * (plane[2 * other] ?? 0)
      y += weight * (plane[2 * other + 1] ?? 0)
      total += weight
    }
    coordinates.set([x / total, y / total], 2 * row)
  })
}

interface Near {
  readonly row: number
  readonly distance: number
}

/** Tells each row of `points` its nearest rows of `among`, the nearest first. */
function forNearest(
  points: Matrix,
  among: Matrix,
  count: number,
  onRow: (row: number, near: readonly Near[]) => void,
): void {
  const pass = createDistanceLayer(among)
  const squares = squaredLengths(points)
  for (let from = 0; from < points.rows; from += blockRows) {
    const height = Math.min(blockRows, points.rows - from)
    pass.forward(points, from, height)
    for (let r = 0; r < height; r++) {
      const values = pass.logits.subarray(r * pass.stride, r * pass.stride + among.rows)
      const square = squares[from + r] ?? 0
      const near = largest(values, count).map((row) => ({
        row,
        distance: Math.sqrt(Math.max(0, square - 2 * (values[row] ?? 0))),
      }))
      onRow(from + r, near)
    }
  }
}

/** Where the `count` largest values are, the largest first. */
function largest(values: Float32Array, count: number): number[] {
  const best: number[] = []
  let least = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (best.length === count && value <= least) continue
    let position = best.length
    while (position > 0 && value > (values[best[position - 1] ?? 0] ?? 0)) position--
    best.splice(position, 0, i)
    if (best.length > count) best.pop()
    least = values[best.at(-1) ?? 0] ?? 0
  }
  return best
}

/** Moves and scales to -1..1 without changing the proportions. */
function fitToPlane(coordinates: Float32Array): Float32Array {
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  for (const [i, value] of coordinates.entries()) {
    low[i % 2] = Math.min(low[i % 2] ?? 0, value)
    high[i % 2] = Math.max(high[i % 2] ?? 0, value)
  }
  const half = Math.max(...low.map((least, d) => ((high[d] ?? 0) - least) / 2))
  return coordinates.map((value, i) => {
    const centre = ((low[i % 2] ?? 0) + (high[i % 2] ?? 0)) / 2
    return half > 0 ? (value - centre) / half : 0
  })
}
