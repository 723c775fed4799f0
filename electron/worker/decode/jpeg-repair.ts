// Repairs what is no damage in a JPEG: odd segments before the pixels, and a missing end mark behind them.
// [Note: JPEG warnings] libjpeg decodes damaged data to grey areas and only warns, so any warning must fail the photo.
// But it also warns of headers that cameras and editors write around sound pixels, and of a missing end mark. These
// are repaired in memory, so that the strict decoder has nothing left to warn of but the pixels.
import { isOddAdobe, isOddJfif, jpegSegments, type JpegSegment } from './jpeg-segments.ts'

const endMark = Buffer.of(0xff, 0xd9)

/** The segment as the standard has it; what libjpeg would assume in its place, so the pixels stay the same. */
function repairSegment({ kind, marker, payload, isNonStandard }: JpegSegment, isSequential: boolean): Buffer {
  const fixed = Buffer.from(payload)
  if (isNonStandard && isOddJfif(marker, payload)) fixed[5] = 1
  if (isNonStandard && isOddAdobe(marker, payload)) fixed[11] = 1
  if (isNonStandard && kind === 'scan' && isSequential) fixed.set([0, 63, 0], fixed.length - 3)
  const head = Buffer.of(0xff, marker, 0, 0)
  head.writeUInt16BE(fixed.length + 2, 2)
  return Buffer.concat([head, fixed])
}

/**
 * Whether the scans of `bytes` name every coefficient of every component to its last bit; they can be counted where
 * the last of them ends in the middle, which then is for the decoder to say.
 */
function hasAllScans(bytes: Buffer, frame: Buffer, firstScanAt: number): boolean {
  const missing = new Set<string>()
  for (let component = 0; component < frame.readUInt8(5); component++)
    for (let index = 0; index < 64; index++) missing.add(`${frame[6 + component * 3] ?? 0}/${index}`)
  for (let at = firstScanAt; at !== -1; at = bytes.indexOf(Buffer.of(0xff, 0xda), at)) {
    const count = bytes[at + 4] ?? 0
    const [first = 0, last = 0, bits = 0] = bytes.subarray(at + 5 + count * 2, at + 8 + count * 2)
    for (let index = first; (bits & 15) === 0 && index <= last; index++)
      for (let n = 0; n < count; n++) missing.delete(`${bytes[at + 5 + n * 2] ?? 0}/${index}`)
    at += 2
  }
  return missing.size === 0
}

/** The same photo without what libjpeg warns of but pixels that are missing; null where there is nothing to repair. */
export function repairJpeg(bytes: Buffer): Buffer | null {
  const segments = jpegSegments(bytes)
  const frame = segments?.find(({ kind }) => kind === 'frame')
  const scan = segments?.at(-1)
  if (segments === null || frame === undefined || scan === undefined) return null
  const isSequential = frame.marker <= 0xc1
  const head = segments.map((segment) => repairSegment(segment, isSequential))
  const hasEnd = bytes.indexOf(endMark, scan.end) !== -1
  const lastByte = bytes.at(-1)
  const body = bytes.subarray(scan.end, lastByte === 0xff ? -1 : undefined)
  const repaired = Buffer.concat([bytes.subarray(0, 2), ...head, body, ...(hasEnd ? [] : [endMark])])
  if (!hasEnd) {
    const scanAt = repaired.length - body.length - endMark.length - (head.at(-1)?.length ?? 0)
    if (!hasAllScans(repaired, frame.payload, scanAt)) return null
  }
  return hasEnd && !segments.some((segment) => segment.isNonStandard) ? null : repaired
}
