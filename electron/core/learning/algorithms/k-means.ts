// Groups of rows that look alike: k-means on the cosine of centred embeddings in their main directions.
import { createLinearLayer, forLargest, sumClusters, type Matrix } from './linear-layer.ts'
import { fitPca, normaliseRows, transform } from './pca.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport, type Report } from './report.ts'
import type { RowSource } from './row-source.ts'
import { takeRows } from './split.ts'

export interface Cluster {
  /** The one nearest to the centre first. */
  readonly members: readonly { readonly row: number; readonly cosine: number }[]
}

export interface ClusterOptions {
  readonly count: number
  readonly seed: number
  readonly report?: Report
}

const shortDim = 48
/** Rows among which the first centres are chosen. */
const seedRows = 5000
const maxRounds = 25

/** Every row is in one group, and no group is empty; the group whose rows are most alike comes first. */
export function kMeans(source: RowSource, { count, seed, report = noReport }: ClusterOptions): Cluster[] {
  const axes = fitPca(source, { count: shortDim, seed, isCentred: true, report })
  const points = normaliseRows(transform(source, axes, { report }))
  const wanted = Math.min(count, points.rows)
  let centres = chooseCentres(points, wanted, seed)
  let nearest = assign(points, centres)
  for (let round = 0; round < maxRounds; round++) {
    report('grouping photos', round / maxRounds)
    centres = meanOf(points, nearest.clusters, centres)
    const next = assign(points, centres)
    const isStable = next.clusters.every((cluster, row) => cluster === nearest.clusters[row])
    nearest = next
    if (isStable) break
  }
  const members = Array.from({ length: wanted }, (): { row: number; cosine: number }[] => [])
  for (const [row, cluster] of nearest.clusters.entries())
    members[cluster]?.push({ row, cosine: nearest.cosines[row] ?? 0 })
  const tightness = (group: readonly { cosine: number }[]) =>
    group.reduce((sum, { cosine }) => sum + cosine, 0) / group.length
  return members
    .filter((group) => group.length > 0)
    .toSorted((a, b) => tightness(b) - tightness(a))
    .map((group) => ({ members: group.toSorted((a, b) => b.cosine - a.cosine || a.row - b.row) }))
}

/**
 * k-means++ (Arthur & Vassilvitskii 2007): each centre by chance, the likelier the farther it is from those before; of a
 * few such, the one that leaves the least distance.
 */
function chooseCentres(points: Matrix, count: number, seed: number): Matrix {
  const random = createRandom(seed)
  const rows = shuffle([...Array(points.rows).keys()], random).slice(0, Math.max(seedRows, count))
  const sample = takeRows(points, rows)
  const tries = 2 + Math.floor(Math.log(count))
  const chosen = [0]
  let distances = distancesTo(sample, 0, null)
  while (chosen.length < count) {
    const total = sumOf(distances)
    let best: { row: number; left: Float64Array } | null = null
    for (let attempt = 0; attempt < tries; attempt++) {
      let part = random() * total
      const found = distances.findIndex((distance) => (part -= distance) < 0)
      // Rows that are all the same.
      const row = found === -1 ? chosen.length % rows.length : found
      const left = distancesTo(sample, row, distances)
      if (best === null || sumOf(left) < sumOf(best.left)) best = { row, left }
    }
    if (best === null) break
    chosen.push(best.row)
    distances = best.left
  }
  return takeRows(sample, chosen)
}

/** 1 - cosine of each row to this one, or to a centre before where that is less. */
function distancesTo(
  { rows, dim, values }: Matrix,
  centre: number,
  before: Float64Array | null,
): Float64Array {
  const distances = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let product = 0
    for (let d = 0; d < dim; d++) product += (values[row * dim + d] ?? 0) * (values[centre * dim + d] ?? 0)
    distances[row] = Math.min(before?.[row] ?? Infinity, Math.max(0, 1 - product))
  }
  return distances
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

interface Assignment {
  readonly clusters: Int32Array
  readonly cosines: Float32Array
}

function assign(points: Matrix, centres: Matrix): Assignment {
  const { rows, dim } = points
  const pass = createLinearLayer(dim, centres.rows)
  pass.setWeights(centres.values, new Float32Array(centres.rows))
  const clusters = new Int32Array(rows)
  const cosines = new Float32Array(rows)
  forLargest(pass, centres.rows, points, (row, cluster, cosine) => {
    clusters[row] = cluster
    cosines[row] = cosine
  })
  return { clusters, cosines }
}

/** Directions of the means; a group that lost its rows keeps its centre. */
function meanOf(points: Matrix, clusters: Int32Array, before: Matrix): Matrix {
  const { dim } = points
  const { sums, counts } = sumClusters(points, clusters, before.rows)
  for (const [cluster, count] of counts.entries())
    if (count === 0) sums.set(before.values.subarray(cluster * dim, (cluster + 1) * dim), cluster * dim)
  return normaliseRows({ rows: before.rows, dim, values: sums })
}
