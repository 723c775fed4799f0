// Decodes JPEG 2000 with OpenJPEG compiled to WebAssembly, which runs only in decoder threads.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { msg } from '../../texts/message.ts'
import { boxesIn } from './iso-boxes.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

interface Decoder {
  getEncodedBuffer(bytes: number): Uint8Array
  /** At a part of the size: halved so many times, rounded up; with all quality layers where `layer` is 0. */
  decodeSubResolution(halvings: number, layer: number): void
  /** Empty where the data is damaged or ends too early, or has not been stored in so many sizes. */
  getDecodedBuffer(): Uint8Array
  getColorSpace(): number
  delete(): void
}

interface OpenJpeg {
  readonly J2KDecoder: new () => Decoder
}

let loaded: Promise<OpenJpeg> | null = null

async function load(): Promise<OpenJpeg> {
  const require = createRequire(import.meta.url)
  const factory = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as (
    options: object,
  ) => Promise<OpenJpeg>
  const wasmBinary = readFileSync(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm'))
  const quiet = (): undefined => undefined
  return factory({ wasmBinary, print: quiet, printErr: quiet })
}

const damaged = (): PhotoError => new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
const unsupported = (): PhotoError =>
  new PhotoError('unsupported', msg('This kind of image is not supported.'))

/** Start of the coded data and its size segment. */
const codestreamMark = Buffer.of(0xff, 0x4f, 0xff, 0x51)
/** Values of OpenJPEG's enum of colour spaces: unknown, unspecified, sRGB and grey need no conversion. */
const plainColourSpaces = new Set([-1, 0, 1, 2])

interface Frame {
  readonly widthPx: number
  readonly heightPx: number
  readonly components: 1 | 3
  readonly bits: number
}

/** The size segment (section A.5.1 of ISO/IEC 15444-1). Throws PhotoError for kinds that are not photos of grey or RGB. */
function readFrame(file: Buffer): Frame {
  const at = file.indexOf(codestreamMark)
  if (at === -1 || file.length < at + 42) throw damaged()
  const components = file.readUInt16BE(at + 40)
  if (components !== 1 && components !== 3) throw unsupported()
  const kinds = Array.from({ length: components }, (_, index) =>
    file.subarray(at + 42 + index * 3, at + 45 + index * 3),
  )
  const [depth = 0] = kinds[0] ?? []
  // Signed values, and components of different size or depth.
  if (depth > 15 || kinds.some(([bits, across, down]) => bits !== depth || across !== 1 || down !== 1))
    throw unsupported()
  return {
    widthPx: file.readUInt32BE(at + 8) - file.readUInt32BE(at + 16),
    heightPx: file.readUInt32BE(at + 12) - file.readUInt32BE(at + 20),
    components,
    bits: depth + 1,
  }
}

/** The size of a photo in its header. Throws PhotoError. */
export function readJpeg2000Size(file: Buffer): { readonly widthPx: number; readonly heightPx: number } {
  const { widthPx, heightPx } = readFrame(file)
  return { widthPx, heightPx }
}

/** The colour profile of the container, or null. */
function readProfile(file: Buffer): Buffer | null {
  const header = boxesIn(file, 0, file.length).find(({ type }) => type === 'jp2h')
  if (header === undefined) return null
  const profile = boxesIn(file, header.start, header.end).find(
    ({ type, start }) => type === 'colr' && file[start] === 2,
  )
  return profile === undefined ? null : Buffer.from(file.subarray(profile.start + 3, profile.end))
}

/** Values of one or two bytes each, as RGB of 8 bits. */
function toRgb(values: Uint8Array, { widthPx, heightPx, components, bits }: Frame): Uint8Array<ArrayBuffer> {
  const isDeep = bits > 8
  const count = widthPx * heightPx
  if (values.length !== count * components * (isDeep ? 2 : 1)) throw damaged()
  const scale = 255 / (2 ** bits - 1)
  const pixels = new Uint8Array(count * 3)
  for (let to = 0; to < pixels.length; to++) {
    const at = components === 1 ? Math.floor(to / 3) : to
    const value = isDeep ? (values[at * 2] ?? 0) + (values[at * 2 + 1] ?? 0) * 256 : (values[at] ?? 0)
    pixels[to] = Math.round(value * scale)
  }
  return pixels
}

/** The frame as it is when its width and height were halved so many times. */
function halved(file: Buffer, frame: Frame, halvings: number): Frame {
  const at = file.indexOf(codestreamMark)
  // From where to where the photo lies on the grid of coordinates.
  const along = (end: number, start: number) =>
    Math.ceil(file.readUInt32BE(at + end) / 2 ** halvings) -
    Math.ceil(file.readUInt32BE(at + start) / 2 ** halvings)
  return { ...frame, widthPx: along(8, 16), heightPx: along(12, 20) }
}

/**
 * A JPEG 2000 file or its bare coded data; `checkSize` is called before. `halvings`: how often width and height may be
 * halved; the same damages are noticed. Throws PhotoError.
 */
export async function decodeJpeg2000(
  file: Buffer,
  checkSize: (widthPx: number, heightPx: number) => void,
  halvings = 0,
): Promise<RawPhoto> {
  const frame = readFrame(file)
  checkSize(frame.widthPx, frame.heightPx)
  const { J2KDecoder } = await (loaded ??= load())
  const decoder = new J2KDecoder()
  try {
    decoder.getEncodedBuffer(file.length).set(file)
    decoder.decodeSubResolution(halvings, 0)
    const values = decoder.getDecodedBuffer()
    if (values.length === 0) {
      // It may not be stored in smaller sizes.
      if (halvings > 0) return await decodeJpeg2000(file, checkSize)
      throw damaged()
    }
    if (!plainColourSpaces.has(decoder.getColorSpace())) throw unsupported()
    const size = halved(file, frame, halvings)
    const { widthPx, heightPx } = size
    return { widthPx, heightPx, channels: 3, pixels: toRgb(values, size), profile: readProfile(file) }
  } catch (error) {
    // OpenJPEG throws addresses.
    throw error instanceof Error ? error : damaged()
  } finally {
    decoder.delete()
  }
}
