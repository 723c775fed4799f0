// RAW files of cameras: the largest JPEG in them, which is what is shown and labelled, and where the sensor's image lies.
import { readExifBlock } from '../exif-block.ts'
import type { RandomAccess } from '../tiff-reader.ts'
import { cameraExif } from './camera-exif.ts'
import { readCr3 } from './cr3.ts'
import { readJpegPreview, type Extent, type JpegPreview } from './jpeg-preview.ts'
import { phaseOneImage } from './phase-one.ts'
import { readTiffRaw } from './tiff-raw.ts'

export interface RawFile {
  /** Null where no JPEG in it can be shown. */
  readonly preview: JpegPreview | null
  /** Camera, date, orientation and the like as the block of a JPEG; null where only the preview's own says it. */
  readonly exif: Buffer | null
  /** Where the sensor's image lies; null where the directories of a TIFF describe it. */
  readonly image: readonly Extent[] | null
  /** Whether a directory holds the sensor's image, so that the reduced ones are pictures made of it. */
  readonly hasSensorImage: boolean
  /** The XMP packet that says what the shot is: of the file itself, else of its preview. */
  readonly xmp: Extent | null
}

/** JPEGs that are looked at; a RAW has four or five. */
const maxCandidates = 32
const headBytes = 16
const fujiOffsetsAt = 84

const none: RawFile = { preview: null, exif: null, image: [], hasSensorImage: false, xmp: null }

/** What the first bytes say; a TIFF may be RAW as well, which its directories tell. */
type Kind = 'fuji' | 'cr3' | 'raw-tiff' | 'tiff'

function kindOf(head: Buffer): Kind | null {
  const text = head.toString('latin1')
  if (text.startsWith('FUJIFILMCCD-RAW')) return 'fuji'
  if (text.slice(4, 12) === 'ftypcrx ') return 'cr3'
  // Olympus and Panasonic; then Canon's CR2 and Phase One, which go on after the head of a TIFF.
  if (/^(IIR[OS]|MMOR|IIU\0)/.test(text)) return 'raw-tiff'
  if (!/^(II\*\0|MM\0\*)/.test(text)) return null
  return /^(CR|IIII|MMMM)/.test(text.slice(8)) ? 'raw-tiff' : 'tiff'
}

/** Whether a file that begins so is RAW, as far as its first 16 bytes tell. */
export const beginsAsRaw = (head: Buffer): boolean => {
  const kind = kindOf(head)
  return kind !== null && kind !== 'tiff'
}

/** Null for what is no RAW file. Fails as the reads of `file` do; never for a file that is not as it says. */
export async function readRaw(file: RandomAccess): Promise<RawFile | null> {
  if (file.sizeBytes < headBytes) return null
  const kind = kindOf(await file.read(0, headBytes))
  if (kind === null) return null
  try {
    if (kind === 'fuji') return await readFuji(file)
    if (kind === 'cr3') return await readCanon(file)
    return await readTiffKind(file, kind === 'raw-tiff')
  } catch (error) {
    if (error instanceof RangeError) return kind === 'tiff' ? null : none
    throw error
  }
}

async function readTiffKind(file: RandomAccess, isRaw: boolean): Promise<RawFile | null> {
  const tiff = await readTiffRaw(file)
  if (tiff === null) return isRaw ? none : null
  if (!isRaw && !tiff.hasSensorImage && !tiff.isDng) return null
  const preview = await largest(file, tiff.candidates)
  const image = tiff.panasonicImage ?? (isRaw ? await phaseOneImage(file) : null)
  return {
    preview,
    exif: await cameraExif(tiff.main, tiff.exif, tiff.gps, orientationOf(preview)),
    image: image === null ? null : [image],
    hasSensorImage: tiff.hasSensorImage,
    xmp: tiff.xmp ?? preview?.xmp ?? null,
  }
}

async function readCanon(file: RandomAccess): Promise<RawFile> {
  const { candidates, samples, xmp, exif } = await readCr3(file)
  const shown: Extent[] = []
  for (const sample of samples) if ((await readJpegPreview(file, sample)) !== null) shown.push(sample)
  const image = samples.filter((sample) => !shown.includes(sample))
  const preview = await largest(file, candidates)
  return { preview, exif, image, hasSensorImage: true, xmp: xmp ?? preview?.xmp ?? null }
}

/** Offset and size of a JPEG, which says all that is known about the shot; of a head; of the sensor's image. */
async function readFuji(file: RandomAccess): Promise<RawFile> {
  const offsets = await file.read(fujiOffsetsAt, 24)
  const extent = (at: number): Extent => ({
    offset: offsets.readUInt32BE(at),
    sizeBytes: offsets.readUInt32BE(at + 4),
  })
  const preview = await readJpegPreview(file, extent(0))
  return { ...none, preview, image: [extent(16)], hasSensorImage: true, xmp: preview?.xmp ?? null }
}

/** The one with most pixels. */
async function largest(file: RandomAccess, candidates: readonly Extent[]): Promise<JpegPreview | null> {
  let best: JpegPreview | null = null
  for (const candidate of candidates.slice(0, maxCandidates)) {
    const preview = await readJpegPreview(file, candidate).catch((error: unknown) => {
      if (error instanceof RangeError) return null
      throw error
    })
    if (preview !== null && pixels(preview) > (best === null ? 0 : pixels(best))) best = preview
  }
  return best
}

const pixels = ({ widthPx, heightPx }: JpegPreview): number => widthPx * heightPx

const orientationOf = (preview: JpegPreview | null): number =>
  preview?.exif === null || preview === null ? 1 : readExifBlock(preview.exif).orientation

/**
 * The preview as a JPEG of its own that says of the shot what the RAW file says: the first EXIF block of a JPEG counts,
 * also for how it is turned.
 * @param jpeg the bytes of the preview.
 */
export function previewFile(jpeg: Buffer, { exif }: Pick<RawFile, 'exif'>): Buffer<ArrayBuffer> {
  if (exif === null) return Buffer.concat([jpeg])
  const head = Buffer.from('\xff\xd8\xff\xe1\0\0Exif\0\0', 'latin1')
  head.writeUInt16BE(exif.length + 8, 4)
  return Buffer.concat([head, exif, jpeg.subarray(2)])
}
