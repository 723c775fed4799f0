// Reads from AV1 data whether its values are of full or limited range (section 5.5 of the AV1 specification).
import type { Box } from './iso-boxes.ts'

const sequenceHeader = 1

/** Reads bits from the highest on; those behind the end are 0. */
class BitReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(count: number): number {
    let value = 0
    for (let left = count; left > 0; left--, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1)
    return value
  }

  flag(): boolean {
    return this.read(1) === 1
  }
}

/** Where the data of an item begins; null for layouts that AVIF files do not have. */
function dataStart(file: Buffer, itemId: number, { start, end }: Box): number | null {
  if (file.readUInt8(start) !== 0) return null
  const sizes = file.readUInt16BE(start + 4)
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const read = (at: number, size: number): number => (size === 0 ? 0 : file.readUIntBE(at, size))
  let at = start + 8
  for (let left = file.readUInt16BE(start + 6); left > 0 && at < end; left--) {
    const id = file.readUInt16BE(at)
    const extents = file.readUInt16BE(at + 4 + baseBytes)
    const base = read(at + 4, baseBytes)
    at += 6 + baseBytes
    if (id === itemId) return base + read(at, offsetBytes)
    at += extents * (offsetBytes + lengthBytes)
  }
  return null
}

function skipOperatingPoints(bits: BitReader): void {
  const hasTiming = bits.flag()
  let delayBits = 0
  if (hasTiming) {
    bits.read(64)
    if (bits.flag()) {
      let zeros = 0
      while (zeros < 32 && !bits.flag()) zeros++
      bits.read(zeros)
    }
    if (bits.flag()) {
      delayBits = bits.read(5) + 1
      bits.read(32 + 5 + 5)
    }
  }
  const hasDisplayDelay = bits.flag()
  for (let left = bits.read(5) + 1; left > 0; left--) {
    bits.read(12)
    if (bits.read(5) > 7) bits.read(1)
    if (delayBits > 0 && bits.flag()) bits.read(delayBits * 2 + 1)
    if (hasDisplayDelay && bits.flag()) bits.read(4)
  }
}

function skipTools(bits: BitReader): void {
  bits.read(4)
  const hasOrder = bits.flag()
  if (hasOrder) bits.read(2)
  const screenContent = bits.flag() ? 2 : bits.read(1)
  if (screenContent > 0 && !bits.flag()) bits.read(1)
  if (hasOrder) bits.read(3)
}

/** The range that a grey sequence header names. */
function readHeader(bits: BitReader): 'full' | 'limited' {
  const profile = bits.read(3)
  bits.read(1)
  const isReduced = bits.flag()
  if (isReduced) bits.read(5)
  else skipOperatingPoints(bits)
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1]
  bits.read(widthBits + heightBits)
  if (!isReduced && bits.flag()) bits.read(7)
  bits.read(3)
  if (!isReduced) skipTools(bits)
  bits.read(3)
  const isDeep = bits.flag()
  if (profile === 2 && isDeep) bits.read(1)
  if (profile !== 1) bits.read(1)
  if (bits.flag()) bits.read(24)
  return bits.flag() ? 'full' : 'limited'
}

/** The range of the grey picture that an item holds; null where it cannot be read. */
export function readColourRange(
  file: Buffer,
  itemId: number,
  locations: Box | null,
): 'full' | 'limited' | null {
  let at = locations === null ? null : dataStart(file, itemId, locations)
  // A sequence header comes first, or right behind a temporal delimiter.
  for (let units = 0; at !== null && units < 3 && at + 2 < file.length; units++) {
    const head = file.readUInt8(at)
    at += (head & 4) === 0 ? 1 : 2
    if ((head & 2) === 0) return null
    let size = 0
    for (let shift = 0, byte = 128; byte >= 128 && shift < 28; shift += 7, at++) {
      byte = file[at] ?? 0
      size |= (byte & 127) << shift
    }
    if (((head >> 3) & 15) === sequenceHeader) return readHeader(new BitReader(file.subarray(at, at + size)))
    at += size
  }
  return null
}
