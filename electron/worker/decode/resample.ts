// Enlarges small photos as PIL does. libvips is right when shrinking but half a pixel off when enlarging.
import type { Interpolation } from '../../../models/preprocessing.ts'
import type { ResizePlan } from './resize-plan.ts'

/** RGB interleaved, 8 bits. */
export interface RgbImage {
  readonly widthPx: number
  readonly heightPx: number
  readonly pixels: Uint8Array
}

interface Filter {
  /** How many source pixels to either side count. */
  readonly reach: number
  weigh(distance: number): number
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function catmullRom(x: number): number {
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
}

/** The filters of PIL by absolute distance, within their reach. */
const filters: Readonly<Record<Exclude<Interpolation, 'nearest'>, Filter>> = {
  bilinear: { reach: 1, weigh: (x) => 1 - x },
  bicubic: { reach: 2, weigh: catmullRom },
  lanczos: { reach: 3, weigh: (x) => sinc(x) * sinc(x / 3) },
}

/** The source pixels one target position is made of: `weights` from `first` on, adding up to 1. */
interface Tap {
  readonly first: number
  readonly weights: Float64Array
}

function makeTaps(sourcePx: number, targetPx: number, from: number, count: number, filter: Filter): Tap[] {
  const scale = sourcePx / targetPx
  const widen = Math.max(1, scale)
  const reach = filter.reach * widen
  return Array.from({ length: count }, (_, index) => {
    const centre = (from + index + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(sourcePx, Math.floor(centre + reach + 0.5))
    const weights = new Float64Array(end - first)
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = Math.abs(first + tap + 0.5 - centre) / widen
      weights[tap] = distance < filter.reach ? filter.weigh(distance) : 0
    }
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

const toByte = (value: number): number => Math.max(0, Math.min(255, Math.floor(value + 0.5)))

/** Rows `firstRow` to `endRow` of `image`, resized across to one pixel per tap. */
function resizeAcross(image: RgbImage, taps: readonly Tap[], firstRow: number, endRow: number): Uint8Array {
  const { widthPx, pixels } = image
  const out = new Uint8Array((endRow - firstRow) * taps.length * 3)
  let to = 0
  for (let row = firstRow; row < endRow; row++) {
    for (const { first, weights } of taps) {
      let red = 0
      let green = 0
      let blue = 0
      for (let tap = 0, at = (row * widthPx + first) * 3; tap < weights.length; tap++, at += 3) {
        const weight = weights[tap] ?? 0
        red += weight * (pixels[at] ?? 0)
        green += weight * (pixels[at + 1] ?? 0)
        blue += weight * (pixels[at + 2] ?? 0)
      }
      out[to++] = toByte(red)
      out[to++] = toByte(green)
      out[to++] = toByte(blue)
    }
  }
  return out
}

/** `rows` (from `firstRow` of the photo on, `rowBytes` each) resized down to one row per tap. */
function resizeDown(rows: Uint8Array, rowBytes: number, taps: readonly Tap[], firstRow: number): Buffer {
  const out = Buffer.alloc(taps.length * rowBytes)
  const sums = new Float64Array(rowBytes)
  for (const [row, { first, weights }] of taps.entries()) {
    sums.fill(0)
    for (const [tap, weight] of weights.entries()) {
      const from = (first - firstRow + tap) * rowBytes
      for (let at = 0; at < rowBytes; at++) sums[at] = (sums[at] ?? 0) + weight * (rows[from + at] ?? 0)
    }
    for (let at = 0; at < rowBytes; at++) out[row * rowBytes + at] = toByte(sums[at] ?? 0)
  }
  return out
}

/**
 * Resizes and crops as `plan` says: across first, rounded to bytes, then down, like PIL.
 * Only what the crop needs is computed, so even a very long photo takes little time.
 */
export function resample(
  image: RgbImage,
  plan: ResizePlan,
  kernel: Exclude<Interpolation, 'nearest'>,
): Buffer {
  const { left, top, width, height } = plan.crop
  const filter = filters[kernel]
  const across = makeTaps(image.widthPx, plan.widthPx, left, width, filter)
  const down = makeTaps(image.heightPx, plan.heightPx, top, height, filter)
  const firstRow = Math.min(...down.map((tap) => tap.first))
  const endRow = Math.max(...down.map((tap) => tap.first + tap.weights.length))
  return resizeDown(resizeAcross(image, across, firstRow, endRow), width * 3, down, firstRow)
}
