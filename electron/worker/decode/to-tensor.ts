// Turns decoded pixels into the numbers a model reads.
import type { Preprocessing } from '../../../models/preprocessing.ts'

/** For each of the 256 values a byte can have, the number the model is given for it in this channel. */
function channelTable(rescale: number, mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => (value * rescale - mean) / std)
}

type Tables = readonly [Float32Array, Float32Array, Float32Array]
const tablesOf = new WeakMap<Preprocessing, Tables>()

function tables(preprocessing: Preprocessing): Tables {
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

/**
 * Writes `pixels` (RGB interleaved, height * width * 3 bytes) as [3, height, width] floats into `out` from `offset` on:
 * (pixel * rescale - mean) / std. Throws RangeError where either array does not fit.
 */
export function toTensor(
  pixels: Uint8Array,
  preprocessing: Preprocessing,
  out: Float32Array,
  offset: number,
): void {
  const plane = preprocessing.width * preprocessing.height
  if (pixels.length !== plane * 3) throw new RangeError(`${pixels.length} bytes are not ${plane} RGB pixels`)
  if (offset < 0 || offset + plane * 3 > out.length) throw new RangeError('The tensor does not fit its place')
  const [red, green, blue] = tables(preprocessing)
  // The fallbacks are never used: every byte has an entry. They keep the types exact.
  for (let index = 0, at = 0; index < plane; index++, at += 3) {
    out[offset + index] = red[pixels[at] ?? 0] ?? 0
    out[offset + plane + index] = green[pixels[at + 1] ?? 0] ?? 0
    out[offset + 2 * plane + index] = blue[pixels[at + 2] ?? 0] ?? 0
  }
}
