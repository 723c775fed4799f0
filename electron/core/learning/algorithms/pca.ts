// Principal component analysis by subspace iteration, and the projection of embeddings onto the principal axes.
import { blockRows, createLinearLayer, type Matrix } from './linear-layer.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport, type Report } from './report.ts'
import type { RowSource } from './row-source.ts'

export interface PrincipalAxes {
  /** [dim]; zeros where the rows were not centred. */
  readonly mean: Float32Array
  /** [count, dim]: of length 1, at right angles, the one with most variance first; each points where its largest number is positive. */
  readonly vectors: Float32Array
  readonly count: number
}

export interface PcaOptions {
  readonly count: number
  readonly seed: number
  readonly isCentred: boolean
  /** What each row is multiplied by first; null: as it is. */
  readonly factors?: Float32Array | null
  readonly report?: Report
}

/** PrincipalAxes of a larger library are those of this many rows, a random sample. */
const sampleRows = 10_000
/** PrincipalAxes beside the wanted ones, so that the last of those converges too. */
const spare = 6
const iterations = 24
/** How much of an axis, of its length before, is more than what rounding leaves. */
const leastLeft = 1e-12

/** The first `count` principal axes; fewer where the rows have fewer dimensions. */
export function fitPca(source: RowSource, options: PcaOptions): PrincipalAxes {
  const { count, seed, isCentred, factors = null, report = noReport } = options
  const { dim } = source
  const random = createRandom(seed)
  const rows = shuffle([...Array(source.rows).keys()], random).slice(0, sampleRows)
  const sample = source.take(rows)
  if (factors !== null)
    for (const [at, row] of rows.entries()) scaleRow(sample.values, at * dim, dim, factors[row] ?? 0)
  const mean = isCentred ? takeMean(sample) : new Float32Array(dim)
  const wanted = Math.min(count, dim)
  const width = Math.min(wanted + spare, dim)
  let axes = Float64Array.from({ length: width * dim }, () => random() - 0.5)
  orthonormalise(axes, width, dim)
  const pass = createLinearLayer(dim, width)
  for (let iteration = 0; iteration < iterations; iteration++) {
    report('finding the main directions', iteration / iterations)
    axes = multiplyByCovariance(pass, sample, axes, width)
    orthonormalise(axes, width, dim)
  }
  const sorted = sortByVariance(axes, multiplyByCovariance(pass, sample, axes, width), width, dim)
  return { mean, count: wanted, vectors: sorted.subarray(0, wanted * dim) }
}

export interface TransformOptions {
  /** Those that the axes were fitted with. */
  readonly factors?: Float32Array | null
  readonly report?: Report
}

/** Coordinates of the rows along the axes, [rows, count]. */
export function transform(
  source: RowSource,
  { mean, vectors, count }: PrincipalAxes,
  { factors = null, report = noReport }: TransformOptions = {},
): Matrix {
  const { rows, dim } = source
  const shifts = Float32Array.from({ length: count }, (_, c) => {
    let sum = 0
    for (let d = 0; d < dim; d++) sum -= (mean[d] ?? 0) * (vectors[c * dim + d] ?? 0)
    return sum
  })
  const pass = createLinearLayer(dim, count)
  // With factors the mean belongs to the rows after they were multiplied.
  pass.setWeights(vectors, factors === null ? shifts : new Float32Array(count))
  const values = new Float32Array(rows * count)
  for (const { from, matrix } of source.blocks()) {
    report('reading embeddings', from / rows)
    for (let at = 0; at < matrix.rows; at += blockRows) {
      const height = Math.min(blockRows, matrix.rows - at)
      pass.forward(matrix, at, height)
      for (let r = 0; r < height; r++) {
        const row = from + at + r
        for (let c = 0; c < count; c++) {
          const product = pass.logits[r * pass.stride + c] ?? 0
          values[row * count + c] =
            factors === null ? product : product * (factors[row] ?? 0) + (shifts[c] ?? 0)
        }
      }
    }
  }
  return { rows, dim: count, values }
}

/** Rows of length 1, in place; a row of zeros stays. */
export function normaliseRows({ rows, dim, values }: Matrix): Matrix {
  for (let at = 0; at < values.length; at += dim) {
    const row = values.subarray(at, at + dim)
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    if (length > 0) for (let d = 0; d < dim; d++) row[d] = (row[d] ?? 0) / length
  }
  return { rows, dim, values }
}

function scaleRow(values: Float32Array, at: number, dim: number, factor: number): void {
  for (let i = at; i < at + dim; i++) values[i] = (values[i] ?? 0) * factor
}

/** Subtracts the mean from every row, in place; returns it. */
function takeMean({ rows, dim, values }: Matrix): Float32Array {
  const sums = new Float64Array(dim)
  for (let i = 0; i < values.length; i++) sums[i % dim] = (sums[i % dim] ?? 0) + (values[i] ?? 0)
  const mean = Float32Array.from(sums, (sum) => sum / rows)
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) - (mean[i % dim] ?? 0)
  return mean
}

/** [width, dim] axes times the rows' [dim, dim] covariance (not divided by their number), which is never materialised. */
function multiplyByCovariance(
  pass: ReturnType<typeof createLinearLayer>,
  matrix: Matrix,
  axes: Float64Array,
  width: number,
): Float64Array<ArrayBuffer> {
  const product = new Float64Array(axes.length)
  pass.setWeights(axes, new Float32Array(width))
  for (let from = 0; from < matrix.rows; from += blockRows) {
    pass.forward(matrix, from, Math.min(blockRows, matrix.rows - from))
    pass.backward(product)
  }
  return product
}

/** Gram-Schmidt, twice, since once leaves rounding errors behind. An axis that those before it span becomes zeros. */
function orthonormalise(axes: Float64Array, width: number, dim: number): void {
  const row = (i: number) => axes.subarray(i * dim, (i + 1) * dim)
  for (let i = 0; i < width; i++) {
    const axis = row(i)
    const least = leastLeft * Math.sqrt(dot(axis, axis))
    for (const before of [...Array(2 * i).keys()].map((j) => row(j % i))) {
      const share = dot(axis, before)
      for (let d = 0; d < dim; d++) axis[d] = (axis[d] ?? 0) - share * (before[d] ?? 0)
    }
    const length = Math.sqrt(dot(axis, axis))
    for (let d = 0; d < dim; d++) axis[d] = length <= least ? 0 : (axis[d] ?? 0) / length
  }
}

/** Turns the axes within their subspace to the principal ones (Rayleigh-Ritz); `images` are the axes times the covariance. */
function sortByVariance(
  axes: Float64Array,
  images: Float64Array,
  width: number,
  dim: number,
): Float32Array<ArrayBuffer> {
  const small = Float64Array.from({ length: width * width }, (_, i) =>
    dot(
      axes.subarray(Math.floor(i / width) * dim, (Math.floor(i / width) + 1) * dim),
      images.subarray((i % width) * dim, ((i % width) + 1) * dim),
    ),
  )
  const turned = new Float32Array(width * dim)
  for (const [i, mix] of eigenvectors(small, width).entries()) {
    const axis = new Float64Array(dim)
    for (let j = 0; j < width; j++)
      for (let d = 0; d < dim; d++) axis[d] = (axis[d] ?? 0) + (mix[j] ?? 0) * (axes[j * dim + d] ?? 0)
    const largest = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    for (let d = 0; d < dim; d++) turned[i * dim + d] = (axis[d] ?? 0) * (largest < 0 ? -1 : 1)
  }
  return turned
}

/** Eigenvectors of a small symmetric matrix by Jacobi rotations, that of the largest eigenvalue first. */
function eigenvectors(matrix: Float64Array, size: number): number[][] {
  const a = Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)])
  const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)))
  const total = a.flat().reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < 30; sweep++) {
    const diagonal = a.reduce((sum, row, i) => sum + (row[i] ?? 0) ** 2, 0)
    if (total - diagonal <= 1e-14 * total) break
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q)
  }
  const order = a.map((_, i) => i).sort((i, j) => (a[j]?.[j] ?? 0) - (a[i]?.[i] ?? 0))
  return order.map((i) => v.map((row) => row[i] ?? 0))
}

/** Makes a[p][q] zero. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const off = a[p]?.[q] ?? 0
  if (Math.abs(off) < 1e-300) return
  const theta = ((a[q]?.[q] ?? 0) - (a[p]?.[p] ?? 0)) / (2 * off)
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  const mix = (row: number[]) => {
    const [x, y] = [row[p] ?? 0, row[q] ?? 0]
    row[p] = c * x - s * y
    row[q] = s * x + c * y
  }
  for (const row of a) mix(row)
  const [rowP, rowQ] = [a[p], a[q]]
  if (rowP === undefined || rowQ === undefined) return
  for (let i = 0; i < rowP.length; i++) {
    const [x, y] = [rowP[i] ?? 0, rowQ[i] ?? 0]
    rowP[i] = c * x - s * y
    rowQ[i] = s * x + c * y
  }
  for (const row of v) mix(row)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
