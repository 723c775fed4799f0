// Whether bytes of a RAW file are a JPEG that can be shown, and how large its picture is.
import type { RandomAccess } from '../tiff-reader.ts'

export interface Extent {
  readonly offset: number
  readonly sizeBytes: number
}

export interface JpegPreview extends Extent {
  /** As coded, before any rotation. */
  readonly widthPx: number
  readonly heightPx: number
  /** Its own EXIF block; null where it has none. */
  readonly exif: Buffer | null
  /** Where its own XMP packet lies in the file; null where it has none. */
  readonly xmp: Extent | null
}

/** Segments before the picture; a JPEG has some twenty. */
const maxSegments = 200
const exifPrefix = 'Exif\0\0'
const xmpPrefix = 'http://ns.adobe.com/xap/1.0/\0'

/** Baseline, extended and progressive: what every decoder shows. The sensor's data is lossless JPEG in many files. */
const isShownFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xc2
const isOtherFrame = (marker: number): boolean =>
  marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Null for what is no such JPEG, or does not lie in the file. */
export async function readJpegPreview(
  file: RandomAccess,
  { offset, sizeBytes }: Extent,
): Promise<JpegPreview | null> {
  const end = offset + sizeBytes
  if (!(offset > 0 && sizeBytes > 4 && end <= file.sizeBytes)) return null
  const start = await file.read(offset, 2)
  if (start[0] !== 0xff || start[1] !== 0xd8) return null
  let exif: Buffer | null = null
  let xmp: Extent | null = null
  let at = offset + 2
  for (let segments = 0; segments < maxSegments && at + 9 <= end; segments++) {
    const head = await file.read(at, 9)
    const marker = head.readUInt8(1)
    const bytes = head.readUInt16BE(2)
    if (head[0] !== 0xff || marker < 0xc0 || marker === 0xda || bytes < 2 || isOtherFrame(marker)) return null
    if (isShownFrame(marker)) {
      const [heightPx, widthPx] = [head.readUInt16BE(5), head.readUInt16BE(7)]
      return widthPx === 0 || heightPx === 0 ? null : { offset, sizeBytes, widthPx, heightPx, exif, xmp }
    }
    if (marker === 0xe1 && at + 2 + bytes <= end) {
      const payload = await file.read(at + 4, bytes - 2)
      const starts = (prefix: string) => payload.toString('latin1', 0, prefix.length) === prefix
      if (starts(exifPrefix)) exif ??= Buffer.from(payload.subarray(exifPrefix.length))
      if (starts(xmpPrefix))
        xmp ??= { offset: at + 4 + xmpPrefix.length, sizeBytes: payload.length - xmpPrefix.length }
    }
    at += 2 + bytes
  }
  return null
}
