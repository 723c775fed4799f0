// Resamples as PIL does what libvips does not: photos that are enlarged, where it is half a pixel off, and photos that
// are padded to a square before they are resized.
import type { Framing, Interpolation } from '../../../models/config/preprocessing.ts'
import { paddedSquare, type ResizePlan } from './resize-plan.ts'

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

/** The source pixels one target position is made of: `weights` from `first` on, and `around`; all add up to 1. */
interface Tap {
  readonly first: number
  readonly weights: Float64Array
  /** The weight of what lies around the photo. */
  readonly around: number
}

/** One side of a photo, and of the canvas on which it lies `startPx` from the edge. */
interface Side {
  readonly photoPx: number
  readonly canvasPx: number
  readonly startPx: number
}

/** Taps for `count` of the `targetPx` positions, the first of which is `from`. */
function makeTaps(
  { photoPx, canvasPx, startPx }: Side,
  targetPx: number,
  from: number,
  count: number,
  filter: Filter,
): Tap[] {
  const scale = canvasPx / targetPx
  const widen = Math.max(1, scale)
  const reach = filter.reach * widen
  return Array.from({ length: count }, (_, index) => {
    const centre = (from + index + 0.5) * scale - startPx
    const start = Math.max(Math.round(-startPx), Math.floor(centre - reach + 0.5))
    const end = Math.min(Math.round(canvasPx - startPx), Math.floor(centre + reach + 0.5))
    const weights = new Float64Array(end - start)
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = Math.abs(start + tap + 0.5 - centre) / widen
      weights[tap] = distance < filter.reach ? filter.weigh(distance) : 0
    }
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const first = Math.min(photoPx, Math.max(0, start))
    const inside = weights
      .subarray(first - start, Math.max(first, Math.min(photoPx, end)) - start)
      .map((weight) => weight / sum)
    return { first, weights: inside, around: 1 - inside.reduce((total, weight) => total + weight, 0) }
  })
}

const alone = (photoPx: number): Side => ({ photoPx, canvasPx: photoPx, startPx: 0 })

const toByte = (value: number): number => Math.max(0, Math.min(255, Math.floor(value + 0.5)))

/** Rows `firstRow` to `endRow` of `image`, resized across to one pixel per tap. */
function resizeAcross(
  image: RgbImage,
  taps: readonly Tap[],
  firstRow: number,
  endRow: number,
  fill: Framing['crop']['fill'],
): Uint8Array {
  const { widthPx, pixels } = image
  const out = new Uint8Array((endRow - firstRow) * taps.length * 3)
  let to = 0
  for (let row = firstRow; row < endRow; row++) {
    for (const { first, weights, around } of taps) {
      let red = around * fill[0]
      let green = around * fill[1]
      let blue = around * fill[2]
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
function resizeDown(
  rows: Uint8Array,
  rowBytes: number,
  taps: readonly Tap[],
  firstRow: number,
  fill: Framing['crop']['fill'],
): Buffer {
  const out = Buffer.alloc(taps.length * rowBytes)
  const sums = new Float64Array(rowBytes)
  for (const [row, { first, weights, around }] of taps.entries()) {
    for (let at = 0; at < rowBytes; at++) sums[at] = around * (fill[at % 3] ?? 0)
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
  const across = makeTaps(alone(image.widthPx), plan.widthPx, left, width, filter)
  const down = makeTaps(alone(image.heightPx), plan.heightPx, top, height, filter)
  return resampleBy(image, across, down, [0, 0, 0])
}

/**
 * Pads a photo to a square and resizes that to `sizePx`. `image` may be a smaller rendering of the photo, whose own size
 * says how wide the border is.
 */
export function resampleSquare(
  image: RgbImage,
  photo: Pick<RgbImage, 'widthPx' | 'heightPx'>,
  sizePx: number,
  kernel: Exclude<Interpolation, 'nearest'>,
  fill: Framing['crop']['fill'],
): Buffer {
  const { side, left, top } = paddedSquare(photo.widthPx, photo.heightPx)
  const tapsOf = (imagePx: number, photoPx: number, start: number) => {
    const scale = imagePx / photoPx
    const canvas = { photoPx: imagePx, canvasPx: side * scale, startPx: start * scale }
    return makeTaps(canvas, sizePx, 0, sizePx, filters[kernel])
  }
  const across = tapsOf(image.widthPx, photo.widthPx, left)
  return resampleBy(image, across, tapsOf(image.heightPx, photo.heightPx, top), fill)
}

function resampleBy(
  image: RgbImage,
  across: readonly Tap[],
  down: readonly Tap[],
  fill: Framing['crop']['fill'],
): Buffer {
  const used = down.filter(({ weights }) => weights.length > 0)
  const firstRow = Math.min(...used.map((tap) => tap.first))
  const endRow = Math.max(...used.map((tap) => tap.first + tap.weights.length))
  const rows = resizeAcross(image, across, firstRow, endRow, fill)
  return resizeDown(rows, across.length * 3, down, firstRow, fill)
}
