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

/** One row or column of one channel: `stride` bytes from each pixel to the next. */
function applyTap(pixels: Uint8Array, start: number, stride: number, { first, weights }: Tap): number {
  let sum = 0.5
  for (let tap = 0, at = start + first * stride; tap < weights.length; tap++, at += stride) {
    sum += (weights[tap] ?? 0) * (pixels[at] ?? 0)
  }
  return Math.max(0, Math.min(255, Math.floor(sum)))
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
  const narrow = new Uint8Array((endRow - firstRow) * width * 3)
  for (let row = firstRow, to = 0; row < endRow; row++) {
    for (const tap of across) {
      for (let channel = 0; channel < 3; channel++, to++) {
        narrow[to] = applyTap(image.pixels, row * image.widthPx * 3 + channel, 3, tap)
      }
    }
  }
  const out = Buffer.alloc(width * height * 3)
  for (const [row, tap] of down.entries()) {
    const local = { first: tap.first - firstRow, weights: tap.weights }
    for (let at = 0; at < width * 3; at++) {
      out[row * width * 3 + at] = applyTap(narrow, at, width * 3, local)
    }
  }
  return out
}
