// The boxes of an ISO media file (ISO 14496-12): HEIC, AVIF, and the RAW files and videos of some cameras.

import type { RandomAccess } from './tiff-reader.ts'

export interface Box {
  readonly type: string
  readonly body: Buffer
}

/** Boxes side by side. Fails with RangeError where one is not within its parent. */
export function readBoxes(bytes: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at)
    // Boxes of an index are small: no 64-bit sizes, and none up to the end of the file.
    if (size < 8 || at + size > bytes.length) throw new RangeError('a box is not within its parent')
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return boxes
}

/** A box of a file, whose content was not read. */
export interface PlacedBox {
  readonly type: string
  /** Where its content begins and ends in the file. */
  readonly start: number
  readonly end: number
}

/** A photo's file has a handful; a video in pieces, some thousand. */
const maxBoxes = 1000

/** Yields the outermost boxes of a file, as far as they lie in it. Fails as its reads do. */
export async function* outermostBoxes(file: RandomAccess): AsyncGenerator<PlacedBox> {
  for (let at = 0, boxes = 0; boxes < maxBoxes && at + 8 <= file.sizeBytes; boxes++) {
    const head = await file.read(at, Math.min(16, file.sizeBytes - at))
    const short = head.readUInt32BE(0)
    // 1: the size follows as 64 bits; 0: the box goes to the end of the file.
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? file.sizeBytes - at : short
    const start = at + (short === 1 ? 16 : 8)
    const end = at + size
    if (end < start || end > file.sizeBytes) return
    yield { type: head.toString('latin1', 4, 8), start, end }
    at = end
  }
}
