// From a photo's path to the pixels a model expects: the one entrance to decoding.
import type { Preprocessing } from '../../../models/preprocessing.ts'
import { readHead, sniffFormat, type FileHead } from './file-head.ts'
import { readJpegHeader, type PhotoHeader } from './jpeg-header.ts'
import { checkSize, defaultLimits, type DecodeLimits } from './limits.ts'
import { PhotoError } from './photo-error.ts'
import { decodeWithSharp, readHeader } from './sharp-decode.ts'
import { decodeInThread } from './thread-pool.ts'

const longHeadBytes = 2 * 1024 * 1024

export interface DecodedPhoto {
  /** Size of the original as displayed (oriented). */
  readonly widthPx: number
  readonly heightPx: number
  /** RGB interleaved, sRGB, preprocessing.height * preprocessing.width * 3 bytes. */
  readonly pixels: Uint8Array
}

/** The header of a JPEG from its first bytes; from many more where a preview or a profile makes it long. */
async function headerOfJpeg(path: string, head: FileHead): Promise<PhotoHeader | null> {
  const header = readJpegHeader(head.bytes)
  if (header !== null || head.bytes.length === head.sizeBytes) return header
  return readJpegHeader((await readHead(path, longHeadBytes)).bytes)
}

async function decodeByLibvips(
  path: string,
  head: FileHead,
  isJpeg: boolean,
  preprocessing: Preprocessing,
  limits: DecodeLimits,
): Promise<DecodedPhoto> {
  const header = (isJpeg ? await headerOfJpeg(path, head) : null) ?? (await readHeader(path, limits))
  const { widthPx, heightPx } = header
  checkSize(widthPx, heightPx, limits.maxPixels)
  const pixels = await decodeWithSharp(path, header, preprocessing, limits, isJpeg)
  return { widthPx, heightPx, pixels }
}

async function decodeByThread(
  path: string,
  sizeBytes: number,
  format: 'heic' | 'bmp',
  preprocessing: Preprocessing,
  limits: DecodeLimits,
): Promise<DecodedPhoto> {
  if (sizeBytes > limits.maxWholeFileBytes) {
    const limitMb = Math.floor(limits.maxWholeFileBytes / 1024 / 1024)
    throw new PhotoError('too-large', `The file is larger than ${limitMb} MB, the limit for this format.`)
  }
  const raw = await decodeInThread({ path, format, maxPixels: limits.maxPixels }, limits.decodeTimeoutMs)
  const { widthPx, heightPx } = raw
  const pixels = await decodeWithSharp(raw, { ...raw, isUntidy: false }, preprocessing, limits, false)
  return { widthPx, heightPx, pixels }
}

/**
 * Decodes one photo as `preprocessing` says: oriented, sRGB, without transparency, resized and cropped as
 * torchvision does; the first picture of an animation or a multi-page file.
 * `overrides` replaces single `defaultLimits`. The content decides about the format, not the name. Throws PhotoError; never returns partial pixels.
 */
export async function decodePhoto(
  path: string,
  preprocessing: Preprocessing,
  overrides: Partial<DecodeLimits> = {},
): Promise<DecodedPhoto> {
  const limits = { ...defaultLimits, ...overrides }
  const head = await readHead(path)
  const format = sniffFormat(head.bytes)
  if (format === null) {
    throw new PhotoError('unsupported', 'The content is not a photo in a format Labelroom can open.')
  }
  if (format === 'heic' || format === 'bmp') {
    return decodeByThread(path, head.sizeBytes, format, preprocessing, limits)
  }
  return decodeByLibvips(path, head, format === 'jpeg', preprocessing, limits)
}
