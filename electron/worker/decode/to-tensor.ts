// Converts decoded pixels to a model's input tensor.
import type { Preprocessing } from '../../../models/config/preprocessing.ts'

/** The input value of each of the 256 byte values in one channel. */
function channelTable(rescale: number, mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => (value * rescale - mean) / std)
}

type Tables = readonly [Float32Array, Float32Array, Float32Array]
/** What decides how bytes become numbers. */
export type Numbers = Pick<Preprocessing, 'height' | 'width' | 'mean' | 'std' | 'rescale' | 'channels'>
const tablesOf = new WeakMap<Numbers, Tables>()

function tables(preprocessing: Numbers): Tables {
  const known = tablesOf.get(preprocessing)
  if (known !== undefined) return known
  const { rescale, mean, std } = preprocessing
  const made: Tables = [
    channelTable(rescale, mean[0], std[0]),
    channelTable(rescale, mean[1], std[1]),
    channelTable(rescale, mean[2], std[2]),
  ]
  tablesOf.set(preprocessing, made)
  return made
}

/** Channel by channel, as nearly every model wants it, or pixel by pixel. */
export type TensorLayout = 'nchw' | 'nhwc'

/**
 * Writes `pixels` (RGB interleaved, height * width * 3 bytes) as [3, height, width] or [height, width, 3] floats into
 * `out` from `offset` on: (pixel * rescale - mean) / std. Throws RangeError where either array does not fit.
 */
export function toTensor(
  pixels: Uint8Array,
  preprocessing: Numbers,
  out: Float32Array,
  offset: number,
  layout: TensorLayout = 'nchw',
): void {
  const plane = preprocessing.width * preprocessing.height
  if (pixels.length !== plane * 3) throw new RangeError(`${pixels.length} bytes are not ${plane} RGB pixels`)
  if (offset < 0 || offset + plane * 3 > out.length) throw new RangeError('The tensor does not fit its place')
  const [red, green, blue] = tables(preprocessing)
  const [step, apart] = layout === 'nchw' ? [1, plane] : [3, 1]
  const isBgr = preprocessing.channels === 'bgr'
  const [toRed, toBlue] = isBgr ? [offset + 2 * apart, offset] : [offset, offset + 2 * apart]
  const toGreen = offset + apart
  // The fallbacks are never used: every byte has an entry. They keep the types exact.
  for (let index = 0, at = 0; index < plane * step; index += step, at += 3) {
    out[toRed + index] = red[pixels[at] ?? 0] ?? 0
    out[toGreen + index] = green[pixels[at + 1] ?? 0] ?? 0
    out[toBlue + index] = blue[pixels[at + 2] ?? 0] ?? 0
  }
}
