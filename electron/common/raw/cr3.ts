// CR3, Canon's RAW file in boxes: its previews, the samples of its sensor, and what it says about the shot.
import { outermostBoxes, readBoxes } from '../iso-boxes.ts'
import { bufferAccess, openTiff, type RandomAccess } from '../tiff-reader.ts'
import { cameraExif, type Place } from './camera-exif.ts'
import type { Extent } from './jpeg-preview.ts'

/** The index of a CR3 has some thirty kilobytes. */
const maxIndexBytes = 2 * 1024 * 1024
const canonMetadata = Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex')
const canonPreview = Buffer.from('eaf42b5e1c984b88b9fbb7dc406e4d16', 'hex')
const xmpPacket = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex')
const uuidBytes = 16
/** Of the box of the preview: what its uuid begins with, and its own head up to the size of its JPEG. */
const previewHeadBytes = 8
const previewSizeAt = 20

export interface Cr3 {
  readonly candidates: readonly Extent[]
  /** Samples of all tracks with pictures; some are previews. */
  readonly samples: readonly Extent[]
  readonly xmp: Extent | null
  readonly exif: Buffer | null
}

/** Fails as the reads of `file` do, or with RangeError for what is damaged. */
export async function readCr3(file: RandomAccess): Promise<Cr3> {
  const candidates: Extent[] = []
  const samples: Extent[] = []
  let xmp: Extent | null = null
  let exif: Buffer | null = null
  for await (const { type, start, end } of outermostBoxes(file)) {
    if (type === 'moov' && end - start <= maxIndexBytes) {
      const boxes = readBoxes(await file.read(start, end - start))
      for (const { body } of boxes.filter((box) => box.type === 'trak')) samples.push(...samplesOf(body))
      exif = await exifOf(boxes.filter((box) => box.type === 'uuid').map(({ body }) => body))
    }
    if (type !== 'uuid' || end - start < uuidBytes) continue
    const id = await file.read(start, uuidBytes)
    const content = { offset: start + uuidBytes, sizeBytes: end - start - uuidBytes }
    if (id.equals(xmpPacket)) xmp = content
    if (id.equals(canonPreview)) candidates.push(...(await previewOf(file, content)))
  }
  // The first track is a JPEG of full size; which one it is its bytes tell.
  return { candidates: [...candidates, ...samples], samples, xmp, exif }
}

async function previewOf(file: RandomAccess, { offset, sizeBytes }: Extent): Promise<Extent[]> {
  if (sizeBytes < previewHeadBytes + previewSizeAt + 4) return []
  const head = await file.read(offset + previewHeadBytes, previewSizeAt + 4)
  if (head.toString('latin1', 4, 8) !== 'PRVW') return []
  return [
    {
      offset: offset + previewHeadBytes + previewSizeAt + 4,
      sizeBytes: head.readUInt32BE(previewSizeAt),
    },
  ]
}

/** The samples of a track with pictures, each a chunk of its own, as Canon writes them. */
function samplesOf(track: Buffer): Extent[] {
  let boxes = readBoxes(track)
  const find = (type: string) => boxes.find((box) => box.type === type)?.body ?? Buffer.alloc(0)
  for (const type of ['mdia', 'minf', 'stbl']) boxes = readBoxes(find(type))
  const [description, sizes, wide, narrow] = ['stsd', 'stsz', 'co64', 'stco'].map(find)
  if (description?.toString('latin1', 12, 16) !== 'CRAW' || sizes === undefined || sizes.length < 12)
    return []
  const common = sizes.readUInt32BE(4)
  const samples = Math.min(sizes.readUInt32BE(8), common > 0 ? 1 : (sizes.length - 12) / 4)
  const offsetBytes = (wide?.length ?? 0) > 0 ? 8 : 4
  const offsets = offsetBytes === 8 ? wide : narrow
  if (offsets === undefined || offsets.length < 8) return []
  const chunks = Math.min(samples, offsets.readUInt32BE(4), (offsets.length - 8) / offsetBytes)
  return Array.from({ length: Math.floor(chunks) }, (_, index) => ({
    offset:
      offsetBytes === 8
        ? Number(offsets.readBigUInt64BE(8 + index * 8))
        : offsets.readUInt32BE(8 + index * 4),
    sizeBytes: common > 0 ? common : sizes.readUInt32BE(12 + index * 4),
  }))
}

/** Canon keeps the directories of EXIF in boxes of their own, each with the head of a TIFF. */
async function exifOf(uuids: readonly Buffer[]): Promise<Buffer | null> {
  const metadata = uuids.find((body) => body.subarray(0, uuidBytes).equals(canonMetadata))
  if (metadata === undefined) return null
  const blocks = new Map(readBoxes(metadata.subarray(uuidBytes)).map(({ type, body }) => [type, body]))
  const place = async (name: string): Promise<Place> => {
    const block = blocks.get(name)
    const reader = block === undefined ? null : await openTiff(bufferAccess(block))
    return reader === null ? null : { reader, directory: await reader.directory(reader.first) }
  }
  return cameraExif(await place('CMT1'), await place('CMT2'), await place('CMT4'))
}
