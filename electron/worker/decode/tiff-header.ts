// Reads what kind of TIFF a file is, as far as libvips would show another picture or give a wrong reason.
import { msg } from '../../texts/message.ts'
import { PhotoError } from './photo-error.ts'

export interface TiffHeader {
  readonly isTiled: boolean
  /** Whether the channels behind the colours are something else than transparency, such as a saved selection. */
  readonly hasOtherChannels: boolean
  /** Whether it is of a kind that every reader knows, so that a failure means damage. */
  readonly isCommon: boolean
}

const tags = {
  bits: 258,
  compression: 259,
  photometric: 262,
  samples: 277,
  planar: 284,
  tileWidth: 322,
  extraSamples: 338,
  sampleFormat: 339,
} as const

/** A JPEG as TIFF 6.0 describes it, which its successor declared a mistake; libtiff shows tiles of it white. */
const oldJpeg = 6
const commonCompressions = new Set([1, 2, 3, 4, 5, 7, 8, 32_773, 32_946])
/** Grey, RGB, palette, CMYK and YCbCr. */
const commonPhotometrics = new Set([0, 1, 2, 3, 5, 6])
const commonBits = new Set([1, 2, 4, 8, 16])

/** Bytes of one value by its TIFF type. */
const typeBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 }
/** A directory has a dozen entries; what has more than this is not read. */
const maxEntries = 500

type Values = Readonly<Record<number, readonly number[]>>

/** The whole-number tags of the first directory, at most eight values of each. Throws RangeError where it is cut off. */
function readDirectory(file: Buffer): Values {
  const isLittle = file.toString('latin1', 0, 2) === 'II'
  const number = (bytes: Buffer, at: number, size: number): number => {
    if (size === 1) return bytes.readUInt8(at)
    if (size === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
    return isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)
  }
  const isBig = number(file, 2, 2) === 43
  const word = isBig ? 8 : 4
  const directoryAt = number(file, isBig ? 8 : 4, word)
  const countBytes = isBig ? 8 : 2
  const entryBytes = isBig ? 20 : 12
  const count = Math.min(maxEntries, number(file, directoryAt, countBytes))
  const entries = file.subarray(directoryAt + countBytes, directoryAt + countBytes + count * entryBytes)
  const values: Record<number, readonly number[]> = {}
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    const size = typeBytes[number(entries, at + 2, 2)]
    if (size === undefined) continue
    const length = Math.min(8, number(entries, at + 4, word))
    const inline = entries.subarray(at + 4 + word, at + entryBytes)
    const isInline = number(entries, at + 4, word) * size <= word
    const bytes = isInline ? inline : file.subarray(number(inline, 0, word))
    values[number(entries, at, 2)] = Array.from({ length }, (_, index) => number(bytes, index * size, size))
  }
  return values
}

export const unsupportedTiff = (options?: ErrorOptions): PhotoError =>
  new PhotoError('unsupported', msg('This kind of TIFF is not supported; save it as PNG or JPEG.'), options)

/** Throws PhotoError for kinds that would come out as a wrong picture. */
function interpret(values: Values): TiffHeader {
  const first = (tag: number, fallback: number): number => values[tag]?.[0] ?? fallback
  const bits = first(tags.bits, 1)
  const sampleFormat = first(tags.sampleFormat, 1)
  const compression = first(tags.compression, 1)
  const isTiled = values[tags.tileWidth] !== undefined
  if (compression === oldJpeg) throw unsupportedTiff()
  if (bits > 16 || (sampleFormat !== 1 && sampleFormat !== 4))
    throw new PhotoError(
      'unsupported',
      msg(
        'The TIFF holds measurements instead of colours (32-bit, signed or floating-point numbers); save it with 8 or 16 bits.',
      ),
    )
  return {
    isTiled,
    hasOtherChannels: first(tags.extraSamples, 2) === 0,
    isCommon:
      commonBits.has(bits) &&
      commonCompressions.has(compression) &&
      commonPhotometrics.has(first(tags.photometric, 2)) &&
      !(isTiled && first(tags.planar, 1) === 2) &&
      first(tags.samples, 1) <= 5,
  }
}

/** Throws PhotoError 'unsupported' where no right picture can come out; null where the directory cannot be read. */
export function readTiffHeader(file: Buffer): TiffHeader | null {
  let values: Values
  try {
    values = readDirectory(file)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
  return interpret(values)
}
