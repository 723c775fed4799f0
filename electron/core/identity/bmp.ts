// BMP: all bytes are the image, as it holds no metadata.
import { noBlocks } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { noFacts, type ImageData, type PhotoFacts } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

export async function readBmp(source: ByteSource, hash: ImageHash): Promise<ImageData> {
  const facts = sizeOf(await source.peek())
  await source.pass(source.sizeBytes, hash)
  return { facts, rendering: [], blocks: noBlocks }
}

/** BMPs of OS/2 have 16-bit sizes; a negative height means that rows run down. */
function sizeOf(head: Buffer): PhotoFacts {
  if (head.length < 26) return noFacts
  return head.readUInt32LE(14) === 12
    ? { ...noFacts, widthPx: head.readUInt16LE(18), heightPx: head.readUInt16LE(20) }
    : { ...noFacts, widthPx: head.readInt32LE(18), heightPx: Math.abs(head.readInt32LE(22)) }
}
