// What JPEG XL and JPEG 2000 say in the boxes beside their image: XMP and EXIF. All bytes are their image.
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { readExifBlock } from '../../common/exif-block.ts'
import { outermostBoxes } from '../../common/iso-boxes.ts'
import { noBlocks, type MetadataBlocks } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { noFacts, type PhotoFacts } from './image-data.ts'

const decompress = promisify(brotliDecompress)
const xmpUuid = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex')
const typeBytes = 4
const maxBlockBytes = 4 * 1024 * 1024

export interface BoxMetadata {
  readonly blocks: MetadataBlocks
  readonly facts: PhotoFacts
}

/** Finds none in a file without boxes. Fails as reads of the source do. */
export async function readBoxMetadata(source: ByteSource): Promise<BoxMetadata> {
  let xmp: Buffer | null = null
  let exif: Buffer | null = null
  for await (const { type, start, end } of outermostBoxes(source)) {
    if (!['xml ', 'Exif', 'brob', 'uuid'].includes(type) || end - start > maxBlockBytes) continue
    const content = await source.read(start, end - start)
    const isXmp = type === 'uuid' && content.subarray(0, xmpUuid.length).equals(xmpUuid)
    const box = type === 'brob' ? await openCompressed(content) : { type, content }
    if (isXmp) xmp ??= content.subarray(xmpUuid.length)
    else if (box?.type === 'xml ') xmp ??= box.content
    else if (box?.type === 'Exif') exif ??= box.content
  }
  return { blocks: { ...noBlocks, xmp }, facts: exif === null ? noFacts : factsOf(exif) }
}

/** A box whose content is compressed; null where it cannot be opened, or would become too long. */
async function openCompressed(content: Buffer): Promise<{ type: string; content: Buffer } | null> {
  const type = content.toString('latin1', 0, typeBytes)
  const opened = await decompress(content.subarray(typeBytes), { maxOutputLength: maxBlockBytes }).catch(
    () => null,
  )
  return opened === null ? null : { type, content: opened }
}

/** The offset of the block within the box comes first; how a JPEG XL is turned its image says. */
function factsOf(box: Buffer): PhotoFacts {
  if (box.length < typeBytes) return noFacts
  const { takenAt, offset, camera, lens, latitude, longitude } = readExifBlock(
    box.subarray(typeBytes + box.readUInt32BE(0)),
  )
  return { ...noFacts, takenAt, offset, camera, lens, latitude, longitude }
}
