// Reads size, orientation and colour profile from a JPEG's first bytes, which saves opening the photo twice.

export interface PhotoHeader {
  /** Size as displayed, after the EXIF orientation. */
  readonly widthPx: number
  readonly heightPx: number
  /** How many colour values a stored pixel has: 1 grey, 3 colour, 4 CMYK (or colour with alpha). */
  readonly channels: number
  /** The embedded ICC profile, or null. */
  readonly profile: Buffer | null
  /** A JPEG whose header alone makes libjpeg warn although its pixels are sound; see [Note: damaged or merely untidy]. */
  readonly isUntidy: boolean
}

const longType = 4

/** The EXIF orientation 1..8 of an APP1 payload; 1 where it is not given, null where the payload is no EXIF. */
function readOrientation(payload: Buffer): number | null {
  if (payload.toString('latin1', 0, 6) !== 'Exif\0\0') return null
  if (payload.length < 14) return 1
  const tiff = payload.subarray(6)
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const u32 = (at: number): number => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const directory = u32(4)
  if (directory + 2 > tiff.length) return 1
  for (let entry = directory + 2, left = u16(directory); left > 0; entry += 12, left--) {
    if (entry + 12 > tiff.length) return 1
    if (u16(entry) === 0x0112) return u16(entry + 2) === longType ? u32(entry + 8) : u16(entry + 8)
  }
  return 1
}

/** The profile from its APP2 parts in the order they are numbered; null where there is none or parts are missing. */
function joinProfile(parts: readonly Buffer[]): Buffer | null {
  const sorted = parts.toSorted((a, b) => (a[12] ?? 0) - (b[12] ?? 0))
  if (sorted.length === 0 || sorted[0]?.[13] !== sorted.length) return null
  return Buffer.concat(sorted.map((part) => part.subarray(14)))
}

const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Whether libjpeg warns of this JFIF or Adobe segment: an unknown version or an unknown colour transform. */
function isOddSegment(marker: number, payload: Buffer): boolean {
  if (marker === 0xe0) return payload.toString('latin1', 0, 5) === 'JFIF\0' && payload[5] !== 1
  return marker === 0xee && payload.toString('latin1', 0, 5) === 'Adobe' && (payload[11] ?? 0) > 2
}

/** Whether a scan of a sequential JPEG names a part of the coefficients, which only progressive ones have. */
function isOddScan(payload: Buffer): boolean {
  const [first, last, approximation] = payload.subarray(-3)
  return first !== 0 || last !== 63 || approximation !== 0
}

/** The header of a JPEG, or null where `head` ends before the pixels begin or is not as expected. */
export function readJpegHeader(head: Buffer): PhotoHeader | null {
  let orientation: number | null = null
  let frame: { width: number; height: number; channels: number; isProgressive: boolean } | null = null
  let isUntidy = false
  const profileParts: Buffer[] = []
  let at = 2
  while (at + 4 <= head.length) {
    if (head[at] !== 0xff) return null
    const marker = head.readUInt8(at + 1)
    if (marker === 0xff) {
      at++ // Markers may be padded with any number of 0xff.
      continue
    }
    const end = at + 2 + head.readUInt16BE(at + 2)
    if (end > head.length) return null
    const payload = head.subarray(at + 4, end)
    // Of several EXIF segments libvips goes by the first, and what it turns has to be what is turned here.
    if (marker === 0xe1) orientation ??= readOrientation(payload)
    else if (marker === 0xe2 && payload.toString('latin1', 0, 12) === 'ICC_PROFILE\0')
      profileParts.push(payload)
    else if (isFrameMarker(marker) && payload.length >= 6) {
      frame = {
        height: payload.readUInt16BE(1),
        width: payload.readUInt16BE(3),
        channels: payload.readUInt8(5),
        isProgressive: marker === 0xc2,
      }
    } else if (marker === 0xda) {
      if (frame !== null && !frame.isProgressive) isUntidy ||= isOddScan(payload)
      break
    }
    isUntidy ||= isOddSegment(marker, payload)
    at = end
  }
  if (frame === null || at + 4 > head.length) return null
  const isTurned = orientation !== null && orientation >= 5 && orientation <= 8
  return {
    widthPx: isTurned ? frame.height : frame.width,
    heightPx: isTurned ? frame.width : frame.height,
    channels: frame.channels,
    profile: joinProfile(profileParts),
    isUntidy,
  }
}
