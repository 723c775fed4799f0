// GIF and BMP: all bytes are the image, as hardly any program writes metadata into them.
import { noBlocks } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { readGifXmp } from './gif-xmp.ts'
import { noFacts, type ImageData, type PhotoFacts } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

export async function readWhole(source: ByteSource, hash: ImageHash): Promise<ImageData> {
  const head = await source.peek()
  const facts = sizeOf(head)
  const isGif = head.toString('latin1', 0, 3) === 'GIF'
  await source.pass(source.sizeBytes, hash)
  return { facts, rendering: [], blocks: isGif ? { ...noBlocks, xmp: await readGifXmp(source) } : noBlocks }
}

function sizeOf(head: Buffer): PhotoFacts {
  if (head.toString('latin1', 0, 3) === 'GIF' && head.length >= 10)
    return { ...noFacts, widthPx: head.readUInt16LE(6), heightPx: head.readUInt16LE(8) }
  // BMPs of OS/2 have 16-bit sizes; a negative height means that rows run down.
  if (head.length < 26) return noFacts
  return head.readUInt32LE(14) === 12
    ? { ...noFacts, widthPx: head.readUInt16LE(18), heightPx: head.readUInt16LE(20) }
    : { ...noFacts, widthPx: head.readInt32LE(18), heightPx: Math.abs(head.readInt32LE(22)) }
}
