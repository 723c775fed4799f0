// The coded images of a TIFF or DNG: strips and tiles of every directory, with the tags that say how they are coded.
import { readExifBlock } from '../../common/exif-block.ts'
import { cameraExif } from '../../common/raw/camera-exif.ts'
import { openTiff, tiffValueBytes, type TiffDirectory, type TiffReader } from '../../common/tiff-reader.ts'
import { tiffTags as tag } from '../../common/tiff-tags.ts'
import { iptcOfResources, type MetadataBlocks } from '../metadata/metadata-blocks.ts'
import { BeyondBounds, type ByteSource } from './byte-source.ts'
import { blockOf, isTurning, noFacts, orientationOf, type ImageData, type PhotoFacts } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

/** Pages and sub-images; scans of books have some hundred. */
const maxDirectories = 4096

/** Size, bits, compression, colour model, fill order, samples, rows, planes, predictor, palette, tiles, and JPEG's and YCbCr's tables. */
const codingTags = new Set([
  ...[256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 322, 323, 332, 334, 338, 339, 347],
  ...[512, 515, 517, 518, 519, 520, 521, 529, 530, 532, 33421, 33422, 50706, 50710, 50711, 50714, 50717],
])
/** The tags that hold offsets of image data, with those of its lengths: strips, tiles, and JPEG as TIFF 6 had it. */
const dataTags = [
  [tag.stripOffsets, tag.stripByteCounts],
  [tag.tileOffsets, tag.tileByteCounts],
  [tag.jpegOffset, tag.jpegByteCount],
] as const

/**
 * @param isMainReducible whether the first directory, too, may hold a picture made of another one's image, as that of a
 *   RAW file does: programs renew it when the photo is edited.
 */
export async function readTiff(
  source: ByteSource,
  hash: ImageHash,
  isMainReducible = false,
): Promise<ImageData | null> {
  const reader = await openTiff(source)
  if (reader === null) return null
  const waiting = [reader.first]
  const seen = new Set<number>()
  let main: TiffDirectory | null = null
  let imageBytes = 0
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (at === 0) continue
    // A loop of directories.
    if (seen.has(at) || seen.size === maxDirectories) return null
    seen.add(at)
    const directory = await reader.directory(at)
    const isReduced =
      (main !== null || isMainReducible) &&
      ((await reader.numbers(directory, tag.subfileType))[0] ?? 0) % 2 === 1
    main ??= directory
    waiting.push(...(await reader.numbers(directory, tag.subDirectories)), directory.next)
    if (!isReduced)
      imageBytes += await hashImage(source, reader, directory, source.sizeBytes - imageBytes, hash)
  }
  if (main === null || imageBytes === 0) return null
  const profile = await reader.value(main, tag.iccProfile)
  const orientation = (await reader.numbers(main, tag.orientation))[0] ?? 1
  return {
    facts: { ...(await readFacts(reader, main)), isTurned: isTurning(orientation) },
    rendering: [orientationOf(orientation), ...blockOf('icc', profile)],
    blocks: await readBlocks(source, reader, main),
  }
}

async function readBlocks(
  source: ByteSource,
  reader: TiffReader,
  main: TiffDirectory,
): Promise<MetadataBlocks> {
  /** Null for what is too long or not there: without it the file is still a photo. */
  const block = async (name: number): Promise<Buffer | null> => {
    const entry = main.entries.get(name)
    const at = entry === undefined ? null : reader.placeOf(entry)
    if (entry === undefined || at === null || at + tiffValueBytes(entry) > source.sizeBytes) return null
    source.seek(at)
    return source.block(tiffValueBytes(entry))
  }
  const resources = await block(tag.imageResources)
  return {
    xmp: await block(tag.xmp),
    iptc: (await block(tag.iptc)) ?? (resources === null ? null : iptcOfResources(resources)),
  }
}

/** Hashes the data of one directory, at most `maxBytes`, since directories may name the same data. Returns its bytes. */
async function hashImage(
  source: ByteSource,
  reader: TiffReader,
  directory: TiffDirectory,
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
  for (const { offset, size } of extents) {
    source.seek(offset)
    await source.pass(size, hash)
  }
  return total
}

async function readFacts(reader: TiffReader, main: TiffDirectory): Promise<Omit<PhotoFacts, 'isTurned'>> {
  const below = async (name: number) => {
    const [at] = await reader.numbers(main, name)
    return at === undefined ? null : { reader, directory: await reader.directory(at) }
  }
  const block = await cameraExif({ reader, directory: main }, await below(tag.exif), await below(tag.gps))
  const said = block === null ? noFacts : readExifBlock(block)
  const { takenAt, offset, camera, lens, latitude, longitude } = said
  return {
    ...{ takenAt, offset, camera, lens, latitude, longitude },
    widthPx: (await reader.numbers(main, tag.width))[0] ?? null,
    heightPx: (await reader.numbers(main, tag.height))[0] ?? null,
  }
}
