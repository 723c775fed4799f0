// The sensor's image of a RAW file, which no program changes; of how it is shown, its preview and orientation.
import { readExifBlock } from '../../common/exif-block.ts'
import type { RawFile } from '../../common/raw/raw-file.ts'
import type { ByteSource } from './byte-source.ts'
import { isTurning, noFacts, orientationOf, type ImageData } from './image-data.ts'
import { ImageHash } from './image-hash.ts'
import { readTiff } from './tiff.ts'

/** A packet is at most 4 MB, as elsewhere. Without it the file is still a photo. */
async function packetOf(source: ByteSource, xmp: RawFile['xmp']): Promise<Buffer | null> {
  if (xmp === null || xmp.offset + xmp.sizeBytes > source.sizeBytes) return null
  source.seek(xmp.offset)
  return source.block(xmp.sizeBytes)
}

/** As an ImageParser does, for a file that was found to be RAW. */
export async function readRawImage(
  source: ByteSource,
  hash: ImageHash,
  { preview, exif, image, hasSensorImage, xmp }: RawFile,
): Promise<ImageData | null> {
  const tiff = image === null ? await readTiff(source, hash, hasSensorImage) : null
  const imageBytes = image?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  // Without an image all files would be the same photo.
  if (imageBytes === 0 || (image === null && tiff === null)) return null
  for (const { offset, sizeBytes } of image ?? []) {
    source.seek(offset)
    await source.pass(sizeBytes, hash)
  }
  const said = exif ?? preview?.exif ?? null
  const { orientation, ...shot } = said === null ? { orientation: 1, ...noFacts } : readExifBlock(said)
  const shown = new ImageHash(hash.isNeeded)
  if (preview !== null) {
    source.seek(preview.offset)
    await source.pass(preview.sizeBytes, shown)
  }
  return {
    facts: {
      ...shot,
      widthPx: preview?.widthPx ?? null,
      heightPx: preview?.heightPx ?? null,
      isTurned: isTurning(orientation),
    },
    rendering: [orientationOf(orientation), shown.digest()],
    blocks: { xmp: tiff?.blocks.xmp ?? (await packetOf(source, xmp)), iptc: tiff?.blocks.iptc ?? null },
  }
}
