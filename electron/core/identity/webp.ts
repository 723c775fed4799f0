// The coded image of a WebP: its bitstreams, alpha and frames.
import { readExifBlock } from '../../common/exif-block.ts'
import type { ByteSource } from './byte-source.ts'
import { blockOf, isTurning, noFacts, orientationOf, type ImageData } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

const maxChunks = 100_000
const imageChunks = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF'])

export async function readWebp(source: ByteSource, hash: ImageHash): Promise<ImageData | null> {
  const riff = await source.bytes(12)
  const end = Math.min(source.sizeBytes, 8 + riff.readUInt32LE(4))
  let facts = noFacts
  let orientation = 1
  let profile: Buffer | null = null
  let isImage = false
  let xmp: Buffer | null = null
  for (let chunks = 0; source.position + 8 <= end; chunks++) {
    if (chunks === maxChunks) return null
    const head = await source.bytes(8)
    const type = head.toString('latin1', 0, 4)
    const size = head.readUInt32LE(4)
    const next = source.position + size + (size % 2)
    if (imageChunks.has(type)) {
      isImage = true
      hash.update(head)
      const start = await source.bytes(Math.min(size, 16))
      hash.update(start)
      facts = { ...facts, ...(facts.widthPx === null ? sizeOf(type, start) : {}) }
      await source.pass(size - start.length, hash)
    } else if (type === 'EXIF') {
      const block = await source.bytes(size)
      const { orientation: found, ...shot } = readExifBlock(
        block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block,
      )
      orientation = found
      facts = { ...facts, ...shot }
    } else if (type === 'ICCP') profile = await source.bytes(size)
    else if (type === 'XMP ') xmp ??= await source.block(size)
    // The last chunk may lack its padding.
    source.seek(Math.min(next, source.sizeBytes))
  }
  const rendering = [orientationOf(orientation), ...blockOf('icc', profile)]
  return isImage
    ? { facts: { ...facts, isTurned: isTurning(orientation) }, rendering, blocks: { xmp, iptc: null } }
    : null
}

/** Width and height from the first bytes of a bitstream or a frame; nothing for other chunks. */
function sizeOf(type: string, start: Buffer): { widthPx: number; heightPx: number } | object {
  if (type === 'VP8 ' && start.length >= 10)
    return { widthPx: start.readUInt16LE(6) & 0x3fff, heightPx: start.readUInt16LE(8) & 0x3fff }
  if (type === 'VP8L' && start.length >= 5) {
    const bits = start.readUInt32LE(1)
    return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (type === 'ANMF' && start.length >= 12)
    return { widthPx: start.readUIntLE(6, 3) + 1, heightPx: start.readUIntLE(9, 3) + 1 }
  return {}
}
