// Reads the first picture of a GIF: libvips shows of a broken one what there is, and fails for what comes after a whole one.
import { msg } from '../../texts/message.ts'
import { PhotoError } from './photo-error.ts'

const imageMark = 0x2c
const extensionMark = 0x21
const endMark = 0x3b
const maxCodeBits = 12

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** The data of the sub-blocks from `at` on, joined, and where they end. */
function joinBlocks(file: Buffer, from: number): { data: Buffer; end: number } {
  const blocks: Buffer[] = []
  let at = from
  for (let size = file[at] ?? 0; size > 0; size = file[at] ?? 0) {
    blocks.push(file.subarray(at + 1, at + 1 + size))
    at += size + 1
  }
  return { data: Buffer.concat(blocks), end: at + 1 }
}

/** How many pixels LZW data holds, up to `wanted`; fewer where it ends or holds a code that cannot be. */
function countPixels(data: Buffer, minCodeBits: number, wanted: number): number {
  const clear = 1 << minCodeBits
  const lengths = new Uint32Array(2 ** maxCodeBits).fill(1)
  let codeBits = minCodeBits + 1
  let next = clear + 2
  let previousLength = 0
  let pixels = 0
  let held = 0
  let heldBits = 0
  for (let at = 0; pixels < wanted;) {
    while (heldBits < codeBits && at < data.length) {
      held |= (data[at++] ?? 0) << heldBits
      heldBits += 8
    }
    if (heldBits < codeBits) return pixels
    const code = held & ((1 << codeBits) - 1)
    held >>>= codeBits
    heldBits -= codeBits
    if (code === clear) {
      codeBits = minCodeBits + 1
      next = clear + 2
      previousLength = 0
      continue
    }
    if (code === clear + 1 || code > next || (code === next && previousLength === 0)) return pixels
    const length = code === next ? previousLength + 1 : (lengths[code] ?? 1)
    if (previousLength > 0 && next < 2 ** maxCodeBits) {
      lengths[next++] = previousLength + 1
      if (next === 1 << codeBits && codeBits < maxCodeBits) codeBits++
    }
    pixels += length
    previousLength = length
  }
  return pixels
}

/** Where the first picture's descriptor is; null where the file has none. */
function findImage(file: Buffer): number | null {
  let at = 13 + tableBytes(file[10] ?? 0)
  while (file[at] === extensionMark) at = joinBlocks(file, at + 2).end
  return file[at] === imageMark ? at : null
}

interface FirstPicture {
  readonly data: Buffer
  readonly minCodeBits: number
  readonly pixels: number
  readonly end: number
}

function readFirstPicture(file: Buffer): FirstPicture | null {
  const at = findImage(file)
  if (at === null || at + 11 > file.length) return null
  const dataAt = at + 10 + tableBytes(file[at + 9] ?? 0)
  return {
    ...joinBlocks(file, dataAt + 1),
    minCodeBits: file[dataAt] ?? 0,
    pixels: file.readUInt16LE(at + 5) * file.readUInt16LE(at + 7),
  }
}

/** Throws PhotoError where a GIF's first picture is not whole; what else may be wrong is for the decoder to say. */
export function checkGif(file: Buffer): void {
  const picture = readFirstPicture(file)
  if (picture === null) return
  const { data, minCodeBits, pixels } = picture
  if (minCodeBits < 1 || minCodeBits > 11)
    throw new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
  if (countPixels(data, minCodeBits, pixels) < pixels)
    throw new PhotoError('truncated', msg('The file ends too early; part of the photo is missing.'))
}

/** The first picture alone, which is all that is shown; null where there is none. */
export function firstPictureOfGif(file: Buffer): Buffer | null {
  const end = readFirstPicture(file)?.end
  return end === undefined ? null : Buffer.concat([file.subarray(0, end - 1), Buffer.of(0, endMark)])
}
