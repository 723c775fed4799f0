// Resamples learned position embeddings to another grid, the way PyTorch's interpolation does.
import type { Grid, Interpolation } from '../config/architecture.ts'

/** Resamples position embeddings [rows * columns, dim] to another grid, separably, with half-pixel centres (align_corners=False). */
export function resamplePositions(
  values: Float32Array,
  from: Grid & { readonly dim: number },
  to: Grid,
  interpolation: Interpolation,
): Float32Array {
  if (from.rows === to.rows && from.columns === to.columns) return values
  const makeWeights = weightsOf[interpolation]
  const alongRow = makeWeights(from.columns, to.columns)
  const alongColumn = makeWeights(from.rows, to.rows)
  const { dim } = from
  const wide = new Float64Array(from.rows * to.columns * dim)
  for (let row = 0; row < from.rows; row++) {
    accumulate(wide, row * to.columns, 1, values, row * from.columns, 1, alongRow, dim)
  }
  const result = new Float64Array(to.rows * to.columns * dim)
  for (let column = 0; column < to.columns; column++) {
    accumulate(result, column, to.columns, wide, column, to.columns, alongColumn, dim)
  }
  return Float32Array.from(result)
}

/** For each output position the input positions it is made of. */
type Weights = readonly { readonly index: number; readonly weight: number }[][]

/** target[first + i * step] += the weighted sum of source[first + index * step], vectors of `dim`. */
function accumulate(
  target: Float64Array,
  targetFirst: number,
  targetStep: number,
  source: Float32Array | Float64Array,
  sourceFirst: number,
  sourceStep: number,
  weights: Weights,
  dim: number,
): void {
  weights.forEach((taps, i) => {
    const to = (targetFirst + i * targetStep) * dim
    for (const { index, weight } of taps) {
      const from = (sourceFirst + index * sourceStep) * dim
      for (let d = 0; d < dim; d++) target[to + d] = (target[to + d] ?? 0) + weight * (source[from + d] ?? 0)
    }
  })
}

/** The cubic convolution kernel of Keys 1981 at a distance in pixels; 0 from 2 on. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

/** For each output position what it is made of, along one axis. */
const weightsOf: Readonly<Record<Interpolation, (from: number, to: number) => Weights>> = {
  bicubic: plainWeights,
  'bicubic-filtered': filteredWeights,
  bilinear: linearWeights,
  geometric: geometricWeights,
}

function filteredWeights(from: number, to: number): Weights {
  const scale = from / to
  const widening = Math.max(scale, 1)
  return Array.from({ length: to }, (_, i) => {
    const centre = scale * (i + 0.5)
    const first = Math.max(Math.trunc(centre - 2 * widening + 0.5), 0)
    const end = Math.min(Math.trunc(centre + 2 * widening + 0.5), from)
    const taps = Array.from({ length: end - first }, (_unused, tap) => {
      const index = first + tap
      return { index, weight: cubic((index - centre + 0.5) / widening, -0.5) }
    })
    const sum = taps.reduce((total, { weight }) => total + weight, 0)
    return taps.map(({ index, weight }) => ({ index, weight: weight / sum }))
  })
}

function plainWeights(from: number, to: number): Weights {
  return Array.from({ length: to }, (_, i) => {
    const centre = (from / to) * (i + 0.5) - 0.5
    return [-1, 0, 1, 2].map((offset) => {
      const source = Math.floor(centre) + offset
      return { index: Math.min(Math.max(source, 0), from - 1), weight: cubic(centre - source, -0.75) }
    })
  })
}

function linearWeights(from: number, to: number): Weights {
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.max((from / to) * (i + 0.5) - 0.5, 0)
    const first = Math.floor(centre)
    return [
      { index: first, weight: 1 - (centre - first) },
      { index: Math.min(first + 1, from - 1), weight: centre - first },
    ]
  })
}

/** timm's resize_rel_pos_bias_table: distances from the middle are 1, 1 + q, 1 + q + q^2..., with q so that both ends meet. */
function geometricWeights(from: number, to: number): Weights {
  const [half, reach] = [Math.floor(from / 2), Math.floor(to / 2)]
  let [left, right, q] = [1.01, 1.5, 1.5]
  while (right - left > 1e-6) {
    q = (left + right) / 2
    if ((1 - q ** half) / (1 - q) > reach) right = q
    else left = q
  }
  const distances: number[] = []
  for (let i = 0, at = 1; i < half; at += q ** ++i) distances.push(Math.fround(at))
  const points = [...distances.map((distance) => -distance).reverse(), 0, ...distances]
  return Array.from({ length: to }, (_, i) => {
    const target = i - reach
    const found = points.findIndex((point) => point >= target)
    const index = found === -1 ? points.length - 1 : found
    const before = Math.max(index - 1, 0)
    const [toLeft, toRight] = [target - (points[before] ?? 0), (points[index] ?? 0) - target].map((d) =>
      Math.max(d, 0),
    )
    const [a = 1, b = 1] = toLeft === 0 && toRight === 0 ? [1, 1] : [toLeft, toRight]
    return [
      { index: before, weight: b / (a + b) },
      { index, weight: a / (a + b) },
    ]
  })
}
