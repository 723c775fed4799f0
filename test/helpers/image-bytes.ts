// Edits the bytes of small photos as programs for keywords and ratings do.
import { crc32 } from 'node:zlib'

/** An EXIF block in the order of bytes that Motorola used, with an orientation and where wanted a camera and a date. */
export function exifBlock(
  orientation: number,
  { camera = '', takenAt = '' }: { readonly camera?: string; readonly takenAt?: string } = {},
): Buffer {
  const text = (value: string) => Buffer.from(`${value}\0`, 'latin1')
  const [model, date] = [text(camera), text(takenAt)]
  const [exifAt, modelAt] = [8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 2 + 12 + 4]
  const entry = (tag: number, type: number, count: number, value: number) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16BE(tag, 0)
    bytes.writeUInt16BE(type, 2)
    bytes.writeUInt32BE(count, 4)
    if (type === 3) bytes.writeUInt16BE(value, 8)
    else bytes.writeUInt32BE(value, 8)
    return bytes
  }
  const u16 = (value: number) => Buffer.from([value >> 8, value & 255])
  const none = Buffer.alloc(4)
  // Short texts would have to lie in the entries themselves.
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(Math.max(0, 5 - bytes.length))])
  const [modelText, dateText] = [padded(model), padded(date)]
  return Buffer.concat([
    Buffer.from('MM\0*\0\0\0\x08', 'latin1'),
    u16(3),
    entry(0x0110, 2, modelText.length, modelAt),
    entry(0x0112, 3, 1, orientation),
    entry(0x8769, 4, 1, exifAt),
    none,
    u16(1),
    entry(0x9003, 2, dateText.length, modelAt + modelText.length),
    none,
    modelText,
    dateText,
  ])
}

/** A segment of a JPEG. */
export function segment(marker: number, payload: string | Buffer): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(bytes.length + 2, 2)
  return Buffer.concat([head, bytes])
}

export const exifSegment = (...block: Parameters<typeof exifBlock>): Buffer =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(...block)]))

/** The JPEG with segments after its start. */
export const withSegments = (jpeg: Buffer, ...segments: readonly Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

/** A chunk of a PNG. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** The PNG with chunks after its header. */
export const withChunks = (png: Buffer, ...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])

/** The ramp of bytes behind the XMP packet of a GIF, which is no chain of sub-blocks. */
export const trailerOfGif = Buffer.from([1, ...Array.from({ length: 256 }, (_, at) => 255 - at), 0])

/** An application extension of a GIF with an XMP packet. */
export const gifXmp = (packet: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from('\x21\xff\x0bXMP DataXMP', 'latin1'), Buffer.from(packet), trailerOfGif])

/** The GIF with a block before its first one, or behind its last one. */
export function withGifBlock(gif: Buffer, block: Buffer, place: 'start' | 'end' = 'start'): Buffer {
  // Signature, size and flags, then the palette.
  const flags = gif[10] ?? 0
  const start = 13 + (flags >= 128 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  const at = place === 'start' ? start : gif.length - 1
  return Buffer.concat([gif.subarray(0, at), block, gif.subarray(at)])
}
