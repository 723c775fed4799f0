// The coded image of a PNG or APNG: header, palette, transparency, pixels and frames.
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { readExifBlock } from '../../common/exif-block.ts'
import type { ByteSource } from './byte-source.ts'
import { blockOf, isTurning, noFacts, orientationOf, type ImageData } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

/** Encoders write pixels in chunks of 8 KB and more. */
const maxChunks = 200_000
const imageChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'acTL', 'fcTL', 'fdAT'])

export async function readPng(source: ByteSource, hash: ImageHash): Promise<ImageData | null> {
  await source.pass(8)
  let facts = noFacts
  let orientation = 1
  let profile: Buffer | null = null
  let xmp: Buffer | null = null
  let last = ''
  for (let chunks = 0; chunks < maxChunks; chunks++) {
    const head = await source.bytes(8)
    const size = head.readUInt32BE(0)
    const type = head.toString('latin1', 4, 8)
    if (type === 'IEND') {
      const rendering = [orientationOf(orientation), ...blockOf('icc', profile)]
      return facts.widthPx === null
        ? null
        : { facts: { ...facts, isTurned: isTurning(orientation) }, rendering, blocks: { xmp, iptc: null } }
    }
    if (imageChunks.has(type)) {
      // The pixels are one stream, however it is cut into chunks.
      if (type !== 'IDAT' || last !== 'IDAT') hash.update(type)
      last = type
      if (type === 'IHDR') {
        const header = await source.bytes(size)
        hash.update(header)
        facts = { ...facts, widthPx: header.readUInt32BE(0), heightPx: header.readUInt32BE(4) }
      } else await source.pass(size, hash)
    } else if (type === 'eXIf') {
      const { orientation: found, ...shot } = readExifBlock(await source.bytes(size))
      orientation = found
      facts = { ...facts, ...shot }
    } else if (type === 'iCCP') profile = await source.bytes(size)
    else if (type === 'iTXt' && xmp === null) xmp = await readPacket(source, size)
    else await source.pass(size)
    // The checksum follows from the rest.
    await source.pass(4)
  }
  return null
}

const packetKeyword = 'XML:com.adobe.xmp\0'
const maxPacketBytes = 4 * 1024 * 1024
const unpack = promisify(inflate)

/** Reads a text of PNG: keyword, whether and how it is compressed, language, keyword in that language, text. Null: no XMP. */
async function readPacket(source: ByteSource, size: number): Promise<Buffer | null> {
  const end = source.position + size
  const text = await source.block(size)
  source.seek(end)
  if (text?.toString('latin1', 0, packetKeyword.length) !== packetKeyword) return null
  const isCompressed = text[packetKeyword.length] === 1
  const languageEnd = text.indexOf(0, packetKeyword.length + 2)
  const start = languageEnd === -1 ? -1 : text.indexOf(0, languageEnd + 1)
  if (start === -1) return null
  const packet = text.subarray(start + 1)
  if (!isCompressed) return packet
  return unpack(packet, { maxOutputLength: maxPacketBytes }).catch(() => null)
}
