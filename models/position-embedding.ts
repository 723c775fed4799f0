// Resamples learned position embeddings to another grid, the way PyTorch's bicubic interpolation does.

interface Grid {
  readonly rows: number
  readonly columns: number
}

/**
 * Resamples position embeddings [rows * columns, dim] to another grid, separably and bicubically with half-pixel
 * centres (align_corners=False). With `antialias` the kernel is Keys' with a = -0.5, widened when the grid becomes
 * smaller, and weights beyond the edge are dropped and the rest scaled up (F.interpolate(antialias=True), as timm's
 * resample_abs_pos_embed calls it); without, a = -0.75, four taps and repeated edges (F.interpolate's default).
 */
export function resamplePositions(
  values: Float32Array,
  from: Grid & { readonly dim: number },
  to: Grid,
  antialias: boolean,
): Float32Array {
  if (from.rows === to.rows && from.columns === to.columns) return values
  const makeWeights = antialias ? antialiasedWeights : plainWeights
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

/** Keys' cubic convolution kernel. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

function antialiasedWeights(from: number, to: number): Weights {
  const scale = from / to
  const stretch = Math.max(scale, 1)
  return Array.from({ length: to }, (_, i) => {
    const centre = scale * (i + 0.5)
    const first = Math.max(Math.trunc(centre - 2 * stretch + 0.5), 0)
    const end = Math.min(Math.trunc(centre + 2 * stretch + 0.5), from)
    const taps = Array.from({ length: end - first }, (_unused, tap) => {
      const index = first + tap
      return { index, weight: cubic((index - centre + 0.5) / stretch, -0.5) }
    })
    const sum = taps.reduce((total, { weight }) => total + weight, 0)
    return taps.map(({ index, weight }) => ({ index, weight: weight / sum }))
  })
}

function plainWeights(from: number, to: number): Weights {
  return Array.from({ length: to }, (_, i) => {
    const centre = (from / to) * (i + 0.5) - 0.5
    return [-1, 0, 1, 2].map((offset) => {
      const place = Math.floor(centre) + offset
      return { index: Math.min(Math.max(place, 0), from - 1), weight: cubic(centre - place, -0.75) }
    })
  })
}
