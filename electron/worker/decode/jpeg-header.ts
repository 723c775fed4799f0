// Reads size, orientation and colour profile from a JPEG's first bytes, which saves opening the photo twice.
import { readExifBlock } from '../../common/exif-block.ts'
import { jpegSegments } from './jpeg-segments.ts'

export interface PhotoHeader {
  /** Size as displayed, after the EXIF orientation. */
  readonly widthPx: number
  readonly heightPx: number
  /** How many colour values a stored pixel has: 1 grey, 3 colour, 4 CMYK (or colour with alpha). */
  readonly channels: number
  /** The embedded ICC profile, or null. */
  readonly profile: Buffer | null
  /** Whether the header alone needs repair; see [Note: JPEG warnings]. */
  readonly isNonStandard: boolean
}

/** The EXIF orientation 1..8 of an APP1 payload; 1 where it has none, null where the payload is not EXIF. */
const readOrientation = (payload: Buffer): number | null =>
  payload.toString('latin1', 0, 6) === 'Exif\0\0' ? readExifBlock(payload.subarray(6)).orientation : null

/** The profile, joined from its APP2 parts in the order of their numbers; null where it or a part of it is missing. */
function joinProfile(parts: readonly Buffer[]): Buffer | null {
  const sorted = parts.toSorted((a, b) => (a[12] ?? 0) - (b[12] ?? 0))
  if (sorted.length === 0 || sorted[0]?.[13] !== sorted.length) return null
  return Buffer.concat(sorted.map((part) => part.subarray(14)))
}

/** The header of a JPEG, or null where `head` ends before the pixels begin or is not as expected. */
export function readJpegHeader(head: Buffer): PhotoHeader | null {
  const segments = jpegSegments(head)
  if (segments === null) return null
  let orientation: number | null = null
  let frame: Buffer | null = null
  const profileParts: Buffer[] = []
  for (const { kind, marker, payload } of segments) {
    // Of several EXIF segments libvips uses the first; its orientation and ours have to agree.
    if (marker === 0xe1) orientation ??= readOrientation(payload)
    else if (marker === 0xe2 && payload.toString('latin1', 0, 12) === 'ICC_PROFILE\0')
      profileParts.push(payload)
    else if (kind === 'frame') frame = payload
  }
  if (frame === null) return null
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)]
  const isRotated = orientation !== null && orientation >= 5 && orientation <= 8
  return {
    widthPx: isRotated ? height : width,
    heightPx: isRotated ? width : height,
    channels: frame.readUInt8(5),
    profile: joinProfile(profileParts),
    isNonStandard: segments.some((segment) => segment.isNonStandard),
  }
}
