// Finds holes of zero bytes in the pixels of a JPEG, as broken cards and downloads leave them and libjpeg decodes them.
// [Note: JPEG holes] To a decoder, zero bits are codes like any other. Where the first code of a Huffman table of AC
// coefficients stands for a coefficient (as in the standard table of luminance), they mean blocks of which all 63
// coefficients are -1 or all of them another such number, one block after the other: no photo has these. Where the first
// code means "no more coefficients", zero bits are what a plain area looks like, and nothing is said.
import { jpegSegments, type JpegSegment } from './jpeg-segments.ts'

/** Of several blocks in a row even where most components are plain; pictures have nothing like it. */
const leastBytes = 256
const zeros = Buffer.alloc(leastBytes)
const endMark = Buffer.of(0xff, 0xd9)

/** By class and number of each table the symbol of its code of zero bits. */
function firstSymbols(segments: readonly JpegSegment[]): Map<number, number> {
  const found = new Map<number, number>()
  for (const { marker, payload } of segments) {
    if (marker !== 0xc4) continue
    for (let at = 0; at + 17 < payload.length;) {
      const count = payload.subarray(at + 1, at + 17).reduce((sum, codes) => sum + codes, 0)
      found.set(payload.readUInt8(at), payload.readUInt8(at + 17))
      at += 17 + count
    }
  }
  return found
}

/** Whether zero bits mean blocks full of coefficients, for at least one of the components, which all are in one scan. */
function areZerosCoefficients(segments: readonly JpegSegment[]): boolean {
  const frame = segments.find(({ kind }) => kind === 'frame')
  const scan = segments.at(-1)
  if (frame === undefined || scan === undefined || frame.marker > 0xc1) return false
  const components = scan.payload.readUInt8(0)
  if (components !== frame.payload.readUInt8(5) || scan.payload.length < 1 + 2 * components) return false
  const symbols = firstSymbols(segments)
  return Array.from({ length: components }, (_, n) => 0x10 | (scan.payload.readUInt8(2 + 2 * n) & 15)).some(
    (table) => {
      const symbol = symbols.get(table) ?? 0
      // No zeros before the coefficient, and at least one bit of it.
      return symbol >> 4 === 0 && symbol !== 0
    },
  )
}

/** Whether a part of the pixels was replaced by zeros; not where zeros fill the space before the end, which is harmless. */
export function hasHole(bytes: Buffer): boolean {
  if (!bytes.includes(zeros)) return false
  const segments = jpegSegments(bytes)
  const start = segments?.at(-1)?.end
  if (segments === null || start === undefined || !areZerosCoefficients(segments)) return false
  const end = bytes.indexOf(endMark, start)
  const pixels = bytes.subarray(start, end === -1 ? undefined : end)
  const at = pixels.indexOf(zeros)
  return at !== -1 && (end === -1 || pixels.subarray(at).some((byte) => byte !== 0))
}
