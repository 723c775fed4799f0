// Decodes Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits, palettes, RLE4, RLE8 and bit masks, either way up.
import { msg } from '../../texts/message.ts'
import { decodeRle } from './bmp-rle.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

interface BmpHeader {
  readonly widthPx: number
  readonly heightPx: number
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  /** Bits of red, green, blue and alpha in a 16- or 32-bit pixel. */
  readonly masks: readonly number[]
  /** BGR or BGR0 entries, `paletteEntryBytes` each. */
  readonly palette: Buffer
  readonly paletteEntryBytes: number
  readonly pixelsAt: number
  /** Palette entries that the file says it has; 0 where it leaves that open. */
  readonly declaredEntries: number
}

const rle8 = 1
const rle4 = 2
const bitFields = 3
const alphaBitFields = 6

const truncated = (): PhotoError =>
  new PhotoError('truncated', msg('The file ends too early; part of the photo is missing.'))
const withoutPalette = (): PhotoError =>
  new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
const unsupported = (): PhotoError =>
  new PhotoError('unsupported', msg('This kind of BMP is not supported; save it as PNG or JPEG.'))

/** The header of OS/2 1.x bitmaps, with 16-bit sizes and three-byte palette entries. */
function readCoreHeader(file: Buffer): BmpHeader {
  return {
    widthPx: file.readUInt16LE(18),
    heightPx: file.readUInt16LE(20),
    isTopDown: false,
    bits: file.readUInt16LE(24),
    compression: 0,
    masks: [],
    palette: file.subarray(26, file.readUInt32LE(10)),
    paletteEntryBytes: 3,
    pixelsAt: file.readUInt32LE(10),
    declaredEntries: 0,
  }
}

function readMasks(file: Buffer, headerBytes: number, bits: number, compression: number): readonly number[] {
  if (compression !== bitFields && compression !== alphaBitFields) {
    return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0]
  }
  if (file.length < 70) throw truncated()
  const hasAlpha = headerBytes >= 56 || compression === alphaBitFields
  return [54, 58, 62, 66].map((at) => (at === 66 && !hasAlpha ? 0 : file.readUInt32LE(at)))
}

function readHeader(file: Buffer): BmpHeader {
  if (file.length < 26) throw truncated()
  const headerBytes = file.readUInt32LE(14)
  if (headerBytes === 12) return readCoreHeader(file)
  if (headerBytes < 40 || headerBytes > 124) throw unsupported()
  if (file.length < 14 + headerBytes) throw truncated()
  const height = file.readInt32LE(22)
  const bits = file.readUInt16LE(28)
  const compression = file.readUInt32LE(30)
  const pixelsAt = file.readUInt32LE(10)
  const masksAfterHeader =
    headerBytes > 40 ? 0 : compression === bitFields ? 12 : compression === alphaBitFields ? 16 : 0
  return {
    widthPx: Math.max(0, file.readInt32LE(18)),
    heightPx: Math.abs(height),
    isTopDown: height < 0,
    bits,
    compression,
    masks: readMasks(file, headerBytes, bits, compression),
    palette: file.subarray(14 + headerBytes + masksAfterHeader, pixelsAt),
    paletteEntryBytes: 4,
    pixelsAt,
    declaredEntries: file.readUInt32LE(46),
  }
}

/** Palette indices, one byte each, of an uncompressed picture, in the order of the file's rows. */
function unpackIndices(file: Buffer, { widthPx, heightPx, bits, pixelsAt }: BmpHeader): Uint8Array {
  const rowBytes = Math.ceil((widthPx * bits) / 32) * 4
  if (file.length < pixelsAt + rowBytes * heightPx) throw truncated()
  const indices = new Uint8Array(widthPx * heightPx)
  const perByte = 8 / bits
  const mask = (1 << bits) - 1
  for (let row = 0; row < heightPx; row++) {
    for (let x = 0; x < widthPx; x++) {
      const byte = file[pixelsAt + row * rowBytes + Math.floor(x / perByte)] ?? 0
      indices[row * widthPx + x] = (byte >> (8 - bits * ((x % perByte) + 1))) & mask
    }
  }
  return indices
}

function readIndexed(file: Buffer, header: BmpHeader): Uint8Array<ArrayBuffer> {
  const { widthPx, heightPx, bits, compression, palette, paletteEntryBytes } = header
  const isRle = (compression === rle8 && bits === 8) || (compression === rle4 && bits === 4)
  if (compression !== 0 && !isRle) throw unsupported()
  const neededEntries = Math.max(1, Math.min(header.declaredEntries, 2 ** bits))
  if (palette.length < neededEntries * paletteEntryBytes) throw withoutPalette()
  const indices = isRle
    ? decodeRle(file.subarray(header.pixelsAt), widthPx, heightPx, bits === 4)
    : unpackIndices(file, header)
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let index = 0; index < indices.length; index++) {
    const at = (indices[index] ?? 0) * paletteEntryBytes
    // An index outside the palette is black, as in other decoders.
    pixels[index * 3] = palette[at + 2] ?? 0
    pixels[index * 3 + 1] = palette[at + 1] ?? 0
    pixels[index * 3 + 2] = palette[at] ?? 0
  }
  return pixels
}

function readBgr(file: Buffer, { widthPx, heightPx, pixelsAt }: BmpHeader): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((widthPx * 3) / 4) * 4
  if (file.length < pixelsAt + rowBytes * heightPx) throw truncated()
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let row = 0, to = 0; row < heightPx; row++) {
    for (let from = pixelsAt + row * rowBytes, x = 0; x < widthPx; x++, from += 3, to += 3) {
      pixels[to] = file[from + 2] ?? 0
      pixels[to + 1] = file[from + 1] ?? 0
      pixels[to + 2] = file[from] ?? 0
    }
  }
  return pixels
}

/** Extracts one channel of a pixel, scaled to 0..255. */
function channelReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const max = mask >>> shift
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / max)
}

/** 16- and 32-bit pixels. Alpha is kept only where some pixel uses it: many writers leave all of it zero. */
function readMasked(file: Buffer, header: BmpHeader): { channels: 3 | 4; pixels: Uint8Array<ArrayBuffer> } {
  const { widthPx, heightPx, bits, compression, pixelsAt, masks } = header
  if (compression !== 0 && compression !== bitFields && compression !== alphaBitFields) throw unsupported()
  const rowBytes = Math.ceil((widthPx * bits) / 32) * 4
  if (file.length < pixelsAt + rowBytes * heightPx) throw truncated()
  const readers = masks.map(channelReader)
  const rgba = new Uint8Array(widthPx * heightPx * 4)
  let hasAlpha = false
  for (let row = 0, to = 0; row < heightPx; row++) {
    for (let x = 0; x < widthPx; x++, to += 4) {
      const from = pixelsAt + row * rowBytes + x * (bits / 8)
      const pixel = bits === 16 ? file.readUInt16LE(from) : file.readUInt32LE(from)
      for (const [channel, read] of readers.entries()) rgba[to + channel] = read(pixel)
      hasAlpha ||= rgba[to + 3] !== 0
    }
  }
  if (!hasAlpha) for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255
  return { channels: 4, pixels: rgba }
}

/** Reverses the rows of a bottom-up picture, in place. */
function flipRows(pixels: Uint8Array, rowBytes: number): void {
  const rows = pixels.length / rowBytes
  for (let row = 0; row < Math.floor(rows / 2); row++) {
    const top = pixels.slice(row * rowBytes, (row + 1) * rowBytes)
    pixels.copyWithin(row * rowBytes, (rows - 1 - row) * rowBytes, (rows - row) * rowBytes)
    pixels.set(top, (rows - 1 - row) * rowBytes)
  }
}

/** A BMP file as 8-bit RGB or RGBA; `checkSize` is called before. Throws PhotoError. */
export function decodeBmp(file: Buffer, checkSize: (widthPx: number, heightPx: number) => void): RawPhoto {
  const header = readHeader(file)
  const { widthPx, heightPx, bits } = header
  checkSize(widthPx, heightPx)
  let photo: { channels: 3 | 4; pixels: Uint8Array<ArrayBuffer> }
  if (bits === 1 || bits === 4 || bits === 8) photo = { channels: 3, pixels: readIndexed(file, header) }
  else if (bits === 24 && header.compression === 0) photo = { channels: 3, pixels: readBgr(file, header) }
  else if (bits === 16 || bits === 32) photo = readMasked(file, header)
  else throw unsupported()
  if (!header.isTopDown) flipRows(photo.pixels, widthPx * photo.channels)
  return { widthPx, heightPx, ...photo, profile: null }
}
