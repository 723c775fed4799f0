// The XMP packet of a GIF: an application extension (XMP specification part 3, 1.1.2).
import { BeyondBounds, type ByteSource } from './byte-source.ts'

/** Before the first block: signature, size, and what says how long the palette is. */
const headBytes = 13
const flagsAt = 10
const imageBytes = 9
const imageFlagsAt = 8
const [extensionMark, imageMark] = [0x21, 0x2c]
const applicationLabel = 0xff
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

/** Null where there is none, it is too long, or the file is damaged before it. */
export async function readGifXmp(source: ByteSource): Promise<Buffer | null> {
  try {
    return await findPacket(source)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

async function findPacket(source: ByteSource): Promise<Buffer | null> {
  source.seek(0)
  const head = await source.bytes(headBytes)
  await source.pass(paletteBytes(head[flagsAt] ?? 0))
  for (let blocks = 0; blocks < maxBlocks; blocks++) {
    const mark = await byte(source)
    if (mark === imageMark) {
      const image = await source.bytes(imageBytes)
      // The first byte of the image says how long its codes are.
      await source.pass(paletteBytes(image[imageFlagsAt] ?? 0) + 1)
    } else if (mark !== extensionMark) return null
    else if ((await byte(source)) === applicationLabel) {
      const name = await source.bytes(await byte(source))
      if (name.toString('latin1') === application) return packet(source)
    }
    for (let size = await byte(source); size > 0; size = await byte(source)) await source.pass(size)
  }
  return null
}

const byte = async (source: ByteSource): Promise<number> =>
  (source.held(1) ?? (await source.bytes(1))).readUInt8(0)

/** Three bytes a colour. */
const paletteBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** Up to the trailer. */
async function packet(source: ByteSource): Promise<Buffer> {
  const rest = await source.bytes(Math.min(maxRestBytes, source.sizeBytes - source.position))
  const end = rest.indexOf(trailer)
  if (end === -1) throw new BeyondBounds()
  return rest.subarray(0, end)
}
