// From a photo's path to the pixels a model or a person looks at: the one entrance to decoding.
import type { Framing } from '../../../models/preprocessing.ts'
import { takenAtMs } from '../exif.ts'
import { readHead, sniffFormat, type FileHead } from './file-head.ts'
import { readJpegHeader, type PhotoHeader } from './jpeg-header.ts'
import { checkSize, defaultLimits, type DecodeLimits } from './limits.ts'
import { PhotoError } from './photo-error.ts'
import { decodeWithSharp, readHeader } from './sharp-decode.ts'
import { decodeInThread } from './thread-pool.ts'

const longHeadBytes = 2 * 1024 * 1024

/** What is known of a photo besides its pixels. */
interface PhotoFacts {
  /** Size of the original as displayed (oriented). */
  readonly widthPx: number
  readonly heightPx: number
  /** Null where the first bytes of the file do not say. */
  readonly takenAtMs: number | null
}

export interface DecodedPhoto extends PhotoFacts {
  /** RGB interleaved, sRGB, preprocessing.height * preprocessing.width * 3 bytes. */
  readonly pixels: Uint8Array
}

/** The header of a JPEG from its first bytes; from many more where a preview or a profile makes it long. */
async function headerOfJpeg(path: string, head: FileHead): Promise<PhotoHeader | null> {
  const header = readJpegHeader(head.bytes)
  if (header !== null || head.bytes.length === head.sizeBytes) return header
  return readJpegHeader((await readHead(path, longHeadBytes)).bytes)
}

/** A photo whose header was read; its pixels come in any size. */
export interface OpenPhoto extends PhotoFacts {
  /** RGB interleaved, sRGB, framing.height * framing.width * 3 bytes. Throws PhotoError; never gives partial pixels. */
  readonly render: (framing: Framing) => Promise<Buffer>
}

async function openByLibvips(
  path: string,
  head: FileHead,
  isJpeg: boolean,
  limits: DecodeLimits,
): Promise<OpenPhoto> {
  const header = (isJpeg ? await headerOfJpeg(path, head) : null) ?? (await readHeader(path, limits))
  const { widthPx, heightPx } = header
  checkSize(widthPx, heightPx, limits.maxPixels)
  return {
    widthPx,
    heightPx,
    takenAtMs: takenAtMs(head.bytes),
    render: (framing) => decodeWithSharp(path, header, framing, limits, isJpeg),
  }
}

async function openByThread(
  path: string,
  head: FileHead,
  format: 'heic' | 'bmp',
  limits: DecodeLimits,
): Promise<OpenPhoto> {
  if (head.sizeBytes > limits.maxWholeFileBytes) {
    const limitMb = Math.floor(limits.maxWholeFileBytes / 1024 / 1024)
    throw new PhotoError('too-large', `The file is larger than ${limitMb} MB, the limit for this format.`)
  }
  const raw = await decodeInThread({ path, format, maxPixels: limits.maxPixels }, limits.decodeTimeoutMs)
  const { widthPx, heightPx } = raw
  return {
    widthPx,
    heightPx,
    takenAtMs: takenAtMs(head.bytes),
    render: (framing) => decodeWithSharp(raw, { ...raw, isUntidy: false }, framing, limits, false),
  }
}

/**
 * Reads a photo as far as its size is known; the content decides about the format, not the name.
 * `overrides` replaces single `defaultLimits`. Throws PhotoError.
 */
export async function openPhoto(path: string, overrides: Partial<DecodeLimits> = {}): Promise<OpenPhoto> {
  const limits = { ...defaultLimits, ...overrides }
  const head = await readHead(path)
  const format = sniffFormat(head.bytes)
  if (format === null) {
    throw new PhotoError('unsupported', 'The content is not a photo in a format Labelroom can open.')
  }
  if (format === 'heic' || format === 'bmp') return openByThread(path, head, format, limits)
  return openByLibvips(path, head, format === 'jpeg', limits)
}

/**
 * Decodes one photo as `preprocessing` says: oriented, sRGB, without transparency, resized and cropped as
 * torchvision does; the first picture of an animation or a multi-page file.
 * Throws PhotoError; never returns partial pixels.
 */
export async function decodePhoto(
  path: string,
  preprocessing: Framing,
  overrides: Partial<DecodeLimits> = {},
): Promise<DecodedPhoto> {
  const { render, ...facts } = await openPhoto(path, overrides)
  return { ...facts, pixels: await render(preprocessing) }
}
