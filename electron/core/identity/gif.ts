// The coded image of a GIF: all its bytes but comments and the XMP packet (XMP specification part 3, 1.1.2).
import { noBlocks } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { noFacts, type ImageData } from './image-data.ts'
import { ImageHash, TwoHashes } from './image-hash.ts'

/** Before the first block: signature, size, and what says how long the palette is. */
const headBytes = 13
const versionBytes = 6
const flagsAt = 10
const imageBytes = 10
const imageFlagsAt = 9
const [extensionMark, imageMark] = [0x21, 0x2c]
const [applicationLabel, commentLabel] = [0xff, 0xfe]
const application = 'XMP DataXMP'
/**
 * After the packet, which is no chain of sub-blocks: wherever a reader that does not know it lands, it is led to the end.
 */
const trailer = Buffer.concat([
  Buffer.from([1]),
  Buffer.from(Array.from({ length: 256 }, (_, at) => 255 - at)),
  Buffer.from([0]),
])
/** Read after the name of the extension. */
const maxRestBytes = 4 * 1024 * 1024
/** Frames with their extensions. */
const maxBlocks = 100_000

/** What a walk through the blocks adds to. */
interface Walk {
  readonly source: ByteSource
  /** Of the image and of all bytes. */
  readonly both: ImageHash
  /** Of all bytes: what identified a GIF before its metadata was kept apart from its image. */
  readonly all: ImageHash
  xmp: Buffer | null
}

/** Where a GIF is not as it should be, all that follows counts as its image. */
export async function readGif(source: ByteSource, hash: ImageHash): Promise<ImageData> {
  const all = new ImageHash(hash.isNeeded).update('gif\0')
  const walk: Walk = { source, all, both: new TwoHashes(hash, all), xmp: null }
  let facts = noFacts
  if (source.sizeBytes >= headBytes) {
    const head = await source.bytes(headBytes)
    all.update(head.subarray(0, versionBytes))
    // Programs that add XMP to a GIF of 1987 make it one of 1989.
    hash.update('GIF89a')
    walk.both.update(head.subarray(versionBytes))
    facts = { ...noFacts, widthPx: head.readUInt16LE(6), heightPx: head.readUInt16LE(8) }
    await pass(walk, paletteBytes(head[flagsAt] ?? 0))
    for (let blocks = 0; blocks < maxBlocks && (await passBlock(walk)); blocks++);
  }
  await pass(walk, left(source))
  const { xmp } = walk
  return { facts, rendering: [], blocks: { ...noBlocks, xmp }, earlierIdentity: all.digest() }
}

/** Returns false at the end of the blocks, and where there is none. */
async function passBlock(walk: Walk): Promise<boolean> {
  const { source } = walk
  const [mark] = await source.peek()
  if (mark === imageMark && left(source) >= imageBytes) {
    const image = await source.bytes(imageBytes)
    walk.both.update(image)
    // The first byte of the image says how long its codes are.
    await pass(walk, paletteBytes(image[imageFlagsAt] ?? 0) + 1)
    await passChain(walk, walk.both)
    return true
  }
  if (mark !== extensionMark || left(source) < 3) return false
  const head = await source.bytes(3)
  const [, label, size = 0] = head
  if (label === commentLabel) {
    walk.all.update(head)
    await source.pass(Math.min(size, left(source)), walk.all)
    if (size > 0) await passChain(walk, walk.all)
    return true
  }
  const start = await source.bytes(Math.min(size, left(source)))
  if (label === applicationLabel && start.toString('latin1') === application && walk.xmp === null) {
    walk.xmp = await readPacket(walk, head, start)
    if (walk.xmp !== null) return true
  }
  walk.both.update(head).update(start)
  if (size > 0) await passChain(walk, walk.both)
  return true
}

/** Reads up to the trailer; null where there is none. */
async function readPacket({ source, all }: Walk, head: Buffer, name: Buffer): Promise<Buffer | null> {
  const from = source.position
  const rest = await source.bytes(Math.min(maxRestBytes, left(source)))
  const end = rest.indexOf(trailer)
  source.seek(end === -1 ? from : from + end + trailer.length)
  if (end === -1) return null
  all.update(head).update(name).update(rest.subarray(0, end)).update(trailer)
  return rest.subarray(0, end)
}

/** Sub-blocks up to an empty one: a length, and so many bytes. */
async function passChain({ source }: Walk, hash: ImageHash): Promise<void> {
  for (;;) {
    const [size] = await source.peek()
    if (size === undefined) return
    await source.pass(Math.min(1 + size, left(source)), hash)
    if (size === 0) return
  }
}

const pass = ({ source, both }: Walk, count: number): Promise<void> =>
  source.pass(Math.min(count, left(source)), both)

const left = (source: ByteSource): number => source.sizeBytes - source.position

/** Three bytes a colour. */
const paletteBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))
