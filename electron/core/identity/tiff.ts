// The coded images of a TIFF or DNG: strips and tiles of every directory, with the tags that say how they are coded.
import { exifText, gpsDegrees, readTiffEntries, type TiffEntry } from '../../common/exif-block.ts'
import { iptcOfResources, type MetadataBlocks } from '../metadata/metadata-blocks.ts'
import { BeyondBounds, type ByteSource } from './byte-source.ts'
import { blockOf, noFacts, orientationOf, type ImageData, type PhotoFacts } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

/** Pages and sub-images; scans of books have some hundred. */
const maxDirectories = 4096
const maxEntries = 4096

const tag = {
  subfileType: 254,
  width: 256,
  height: 257,
  orientation: 274,
  subDirectories: 330,
  xmp: 700,
  iptc: 33723,
  resources: 34377,
  exif: 34665,
  gps: 34853,
  iccProfile: 34675,
  date: 36867,
  offset: 36881,
  lens: 42036,
} as const

/** Size, bits, compression, colour model, fill order, samples, rows, planes, predictor, palette, tiles, and JPEG's and YCbCr's tables. */
const codingTags = new Set([
  ...[256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 322, 323, 332, 334, 338, 339, 347],
  ...[512, 515, 517, 518, 519, 520, 521, 529, 530, 532, 33421, 33422, 50706, 50710, 50711, 50714, 50717],
])
/** The tags that hold offsets of image data, with those of its lengths: strips, tiles, and JPEG as TIFF 6 had it. */
const dataTags = [
  [273, 279],
  [324, 325],
  [513, 514],
] as const

/** Bytes of one value by its type; 0 for an unknown one. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

interface Directory {
  readonly entries: ReadonlyMap<number, TiffEntry>
  readonly next: number
}

export async function readTiff(source: ByteSource, hash: ImageHash): Promise<ImageData | null> {
  const reader = await openTiff(source)
  if (reader === null) return null
  const waiting = [reader.first]
  const seen = new Set<number>()
  let main: Directory | null = null
  let imageBytes = 0
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (at === 0) continue
    // A loop of directories.
    if (seen.has(at) || seen.size === maxDirectories) return null
    seen.add(at)
    const directory = await reader.directory(at)
    const isReduced = main !== null && ((await reader.numbers(directory, tag.subfileType))[0] ?? 0) % 2 === 1
    main ??= directory
    waiting.push(...(await reader.numbers(directory, tag.subDirectories)), directory.next)
    if (!isReduced) imageBytes += await hashImage(reader, directory, source.sizeBytes - imageBytes, hash)
  }
  if (main === null || imageBytes === 0) return null
  const profile = await reader.value(main, tag.iccProfile)
  const orientation = (await reader.numbers(main, tag.orientation))[0] ?? 1
  return {
    facts: await readFacts(reader, main),
    rendering: [orientationOf(orientation), ...blockOf('icc', profile)],
    blocks: await readBlocks(reader, main),
  }
}

async function readBlocks(reader: TiffReader, main: Directory): Promise<MetadataBlocks> {
  const resources = await reader.block(main, tag.resources)
  return {
    xmp: await reader.block(main, tag.xmp),
    iptc: (await reader.block(main, tag.iptc)) ?? (resources === null ? null : iptcOfResources(resources)),
  }
}

const sizeOf = ({ count, type }: TiffEntry): number => count * (typeBytes[type] ?? 0)

type TiffReader = NonNullable<Awaited<ReturnType<typeof openTiff>>>

/** Returns how to read directories and values; null where the header is not that of a TIFF. */
async function openTiff(source: ByteSource) {
  const head = await source.bytes(8)
  const isLittle = head[0] === 0x49
  const isBig = (isLittle ? head[2] : head[3]) === 0x2b
  const word = isBig ? 8 : 4
  const u64 = (bytes: Buffer, at: number) =>
    Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  const u32 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const u16 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const pointer = isBig ? u64 : u32
  if (isBig && u16(head, 4) !== 8) return null
  const first = isBig ? u64(await source.bytes(8), 0) : u32(head, 4)

  /** Returns the bytes of a value; null where the directory has none. */
  const value = async ({ entries }: Directory, name: number): Promise<Buffer | null> => {
    const entry = entries.get(name)
    if (entry === undefined) return null
    const size = sizeOf(entry)
    if (size <= word) return entry.value.subarray(0, size)
    source.seek(pointer(entry.value, 0))
    return source.bytes(size)
  }
  return {
    first,
    isLittle,
    value,
    /** The same for metadata, without which the file is still a photo: null for what is too long or not there. */
    block: async (directory: Directory, name: number): Promise<Buffer | null> => {
      const entry = directory.entries.get(name)
      if (entry === undefined || sizeOf(entry) <= word) return null
      const at = pointer(entry.value, 0)
      if (at + sizeOf(entry) > source.sizeBytes) return null
      source.seek(at)
      return source.block(sizeOf(entry))
    },
    directory: async (at: number): Promise<Directory> => {
      source.seek(at)
      const countBytes = await source.bytes(isBig ? 8 : 2)
      const count = isBig ? u64(countBytes, 0) : u16(countBytes, 0)
      if (count > maxEntries) throw new BeyondBounds()
      const entries = readTiffEntries(await source.bytes(count * (isBig ? 20 : 12)), isLittle, isBig)
      const next = pointer(await source.bytes(word), 0)
      return { entries: new Map(entries.map((entry) => [entry.tag, entry])), next }
    },
    /** Returns the unsigned integers of a value; none where there is no such value. */
    numbers: async (directory: Directory, name: number): Promise<number[]> => {
      const bytes = await value(directory, name)
      const type = directory.entries.get(name)?.type ?? 0
      const size = typeBytes[type] ?? 0
      if (bytes === null || size === 0) return []
      const read = size === 1 ? (at: number) => bytes.readUInt8(at) : null
      const wide = size === 8 ? u64 : size === 4 ? u32 : u16
      return Array.from({ length: bytes.length / size }, (_, at) => read?.(at) ?? wide(bytes, at * size))
    },
    pass: (offset: number, size: number, hash: ImageHash): Promise<void> => {
      source.seek(offset)
      return source.pass(size, hash)
    },
  }
}

/** Hashes the data of one directory, at most `maxBytes`, since directories may name the same data. Returns how many bytes. */
async function hashImage(
  reader: TiffReader,
  directory: Directory,
  maxBytes: number,
  hash: ImageHash,
): Promise<number> {
  const extents: { offset: number; size: number }[] = []
  for (const [offsetTag, sizeTag] of dataTags) {
    const [offsets, sizes] = [
      await reader.numbers(directory, offsetTag),
      await reader.numbers(directory, sizeTag),
    ]
    if (offsets.length !== sizes.length) throw new BeyondBounds()
    for (const [index, offset] of offsets.entries()) extents.push({ offset, size: sizes[index] ?? 0 })
  }
  const total = extents.reduce((sum, { size }) => sum + size, 0)
  if (total > maxBytes) throw new BeyondBounds()
  if (total === 0) return 0
  hash.update(reader.isLittle ? 'II' : 'MM')
  for (const name of [...directory.entries.keys()]
    .filter((name) => codingTags.has(name))
    .sort((a, b) => a - b))
    hash.update(`${name}:`).update((await reader.value(directory, name)) ?? '')
  for (const { offset, size } of extents) await reader.pass(offset, size, hash)
  return total
}

async function readFacts(reader: TiffReader, main: Directory): Promise<PhotoFacts> {
  const text = async (directory: Directory, name: number) =>
    exifText((await reader.value(directory, name)) ?? Buffer.alloc(0))
  const [exifAt] = await reader.numbers(main, tag.exif)
  const exif = exifAt === undefined ? null : await reader.directory(exifAt)
  const [gpsAt] = await reader.numbers(main, tag.gps)
  const gps = gpsAt === undefined ? null : await reader.directory(gpsAt)
  const degrees = async (reference: number, name: number) =>
    gps === null
      ? null
      : gpsDegrees(await text(gps, reference), await reader.value(gps, name), reader.isLittle)
  const camera = [await text(main, 271), await text(main, 272)].flatMap((part) => part ?? [])
  return {
    ...noFacts,
    widthPx: (await reader.numbers(main, tag.width))[0] ?? null,
    heightPx: (await reader.numbers(main, tag.height))[0] ?? null,
    takenAt: exif === null ? null : await text(exif, tag.date),
    offset: exif === null ? null : await text(exif, tag.offset),
    camera: camera.length === 0 ? null : camera.join(' '),
    lens: exif === null ? null : await text(exif, tag.lens),
    latitude: await degrees(1, 2),
    longitude: await degrees(3, 4),
  }
}
