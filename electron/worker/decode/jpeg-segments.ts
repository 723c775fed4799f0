// The segments of a JPEG before its pixels, and which of them sound photos have although the standard does not.

export interface JpegSegment {
  readonly kind: 'frame' | 'scan' | 'other'
  readonly marker: number
  readonly payload: Buffer
  /** Where the payload ends in the file. */
  readonly end: number
  /** Whether libjpeg warns of this segment, or of bytes before it that belong to none. */
  readonly isNonStandard: boolean
}

const scanMarker = 0xda

const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Whether libjpeg warns of this JFIF or Adobe segment: an unknown version or an unknown colour transform. */
export const isOddJfif = (marker: number, payload: Buffer): boolean =>
  marker === 0xe0 && payload.toString('latin1', 0, 5) === 'JFIF\0' && payload[5] !== 1
export const isOddAdobe = (marker: number, payload: Buffer): boolean =>
  marker === 0xee && payload.toString('latin1', 0, 5) === 'Adobe' && (payload[11] ?? 0) > 2

/** Whether a scan of a sequential JPEG names a part of the coefficients, which only progressive ones have. */
function isOddScan(payload: Buffer): boolean {
  const [first, last, approximation] = payload.subarray(-3)
  return first !== 0 || last !== 63 || approximation !== 0
}

/** The position of the next marker from `at` on, as libjpeg finds it: bytes that belong to no segment are skipped. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at)) {
    // Markers may be padded with any number of 0xff.
    while (bytes[at + 1] === 0xff) at++
    if (bytes[at + 1] !== 0) return at
    at += 2
  }
  return bytes.length
}

const isPadding = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0xff)

/** All segments up to the first scan and with it, or null where `head` ends before that or has no frame. */
export function jpegSegments(head: Buffer): JpegSegment[] | null {
  const segments: JpegSegment[] = []
  let isSequential = true
  let hasFrame = false
  for (let end = 2; ;) {
    const at = nextMarker(head, end)
    if (at + 4 > head.length) return null
    const marker = head.readUInt8(at + 1)
    const hasBytesBefore = !isPadding(head.subarray(end, at))
    end = at + 2 + head.readUInt16BE(at + 2)
    if (end > head.length || end < at + 4) return null
    const payload = head.subarray(at + 4, end)
    const isFrame = isFrameMarker(marker) && payload.length >= 6
    if (isFrame) {
      hasFrame = true
      isSequential = marker <= 0xc1
    }
    const isScan = marker === scanMarker
    segments.push({
      kind: isFrame ? 'frame' : isScan ? 'scan' : 'other',
      marker,
      payload,
      end,
      isNonStandard:
        hasBytesBefore ||
        isOddJfif(marker, payload) ||
        isOddAdobe(marker, payload) ||
        (isScan && isSequential && isOddScan(payload)),
    })
    if (isScan) return hasFrame ? segments : null
  }
}
