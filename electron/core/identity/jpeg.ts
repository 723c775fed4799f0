// The coded image of a JPEG: frames and scans with their tables, up to the first end of image; no APPn and no comment.
import { readExifBlock, type ExifBlock } from '../../common/exif-block.ts'
import { iptcOfResources, type ExtendedXmp } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { blockOf, isTurning, noFacts, orientationOf, type ImageData } from './image-data.ts'
import type { ImageHash } from './image-hash.ts'

/** A JPEG has some 20 segments; one of many megabytes of metadata, some hundred. */
const maxSegments = 10_000
/** Their number is one byte. */
const maxProfileParts = 255
/** A list of resources is 4 MB at most, as other blocks are. */
const maxResourceParts = 64
const metadataMarkers = new Set([0xe0, 0xe1, 0xe2, 0xed, 0xee])
const endOfImage = Buffer.from([0xff, 0xd9])
const exifPrefix = 'Exif\0\0'
const iccPrefix = 'ICC_PROFILE\0'
const xmpPrefix = 'http://ns.adobe.com/xap/1.0/\0'
const extensionPrefix = 'http://ns.adobe.com/xmp/extension/\0'
/** Before each part: a digest of the whole in hexadecimal digits, its length, and where the part belongs. */
const extensionHeadBytes = 40
const digestBytes = 32
/** Some 64 KB each. */
const maxExtensionParts = 64
const resourcesPrefix = 'Photoshop 3.0\0'

/** What the segments before the first scan say. */
interface Header {
  frame: Buffer | null
  exif: ExifBlock | null
  isJfif: boolean
  /** The colour transform of the Adobe segment. */
  adobe: number | null
  /** Whether the index of a multi-picture file is there (CIPA DC-007). */
  hasMorePictures: boolean
  /** Payloads of ICC segments. */
  readonly profile: Buffer[]
  xmp: Buffer | null
  /** Payloads of extended XMP, without the prefix. */
  readonly extension: Buffer[]
  /** Payloads of Photoshop's segments: one list of resources, in parts. */
  readonly resources: Buffer[]
}

export async function readJpeg(source: ByteSource, hash: ImageHash): Promise<ImageData | null> {
  // Fills the first piece.
  await source.peek()
  source.seek(2)
  const header: Header = {
    frame: null,
    exif: null,
    isJfif: false,
    adobe: null,
    hasMorePictures: false,
    profile: [],
    xmp: null,
    extension: [],
    resources: [],
  }
  for (let segments = 0; segments < maxSegments; segments++) {
    const head = await nextSegment(source)
    const marker = head[1] ?? 0
    const payloadBytes = head.readUInt16BE(2) - 2
    // Neither a segment nor anything that may precede a scan.
    if (head[0] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || payloadBytes < 0)
      return null
    if (marker === 0xfe || (marker >= 0xe0 && marker <= 0xef)) {
      await readMetadata(source, marker, payloadBytes, header)
      continue
    }
    hash.update(head)
    const payload = source.held(payloadBytes) ?? (await source.bytes(payloadBytes))
    hash.update(payload)
    if (isFrame(marker)) header.frame ??= Buffer.from(payload)
    if (marker !== 0xda) continue
    if (hash.isNeeded) await passScans(source, hash, header.hasMorePictures)
    return describe(header)
  }
  return null
}

/** Returns marker and length of the next segment, after any number of 0xff before it. */
async function nextSegment(source: ByteSource): Promise<Buffer> {
  for (;;) {
    const head = source.held(4) ?? (await source.bytes(4))
    if (head[0] !== 0xff || head[1] !== 0xff) return head
    source.seek(source.position - 3)
  }
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

async function readMetadata(source: ByteSource, marker: number, size: number, header: Header): Promise<void> {
  if (!metadataMarkers.has(marker)) return source.pass(size)
  const payload = source.held(size) ?? (await source.bytes(size))
  const starts = (prefix: string) => payload.toString('latin1', 0, prefix.length) === prefix
  if (marker === 0xe0) header.isJfif ||= starts('JFIF\0')
  // Of several EXIF segments decoders use the first.
  else if (marker === 0xe1 && starts(exifPrefix))
    header.exif ??= readExifBlock(payload.subarray(exifPrefix.length))
  else if (marker === 0xe1 && starts(xmpPrefix))
    header.xmp ??= Buffer.from(payload.subarray(xmpPrefix.length))
  else if (marker === 0xe1 && starts(extensionPrefix) && header.extension.length < maxExtensionParts)
    header.extension.push(Buffer.from(payload.subarray(extensionPrefix.length)))
  else if (marker === 0xed && starts(resourcesPrefix) && header.resources.length < maxResourceParts)
    header.resources.push(Buffer.from(payload.subarray(resourcesPrefix.length)))
  else if (marker === 0xe2 && starts('MPF\0')) header.hasMorePictures = true
  else if (marker === 0xe2 && starts(iccPrefix) && header.profile.length < maxProfileParts)
    header.profile.push(Buffer.from(payload))
  else if (marker === 0xee && starts('Adobe') && payload.length >= 12) header.adobe ??= payload[11] ?? null
}

/**
 * Hashes the scans and the tables between them up to the end of image. Within entropy-coded data 0xff is always followed
 * by 0 or a restart marker, so the first end of image is the end; what follows it, such as a preview or a video, is not
 * the image. To search for it takes a tenth as long as to hash, so that it is searched for only where something follows:
 * where an index of further pictures says so, or where the file does not end with an end of image. What remains are the
 * unannounced previews of some old cameras, which count as part of the image.
 */
async function passScans(source: ByteSource, hash: ImageHash, hasMorePictures: boolean): Promise<void> {
  if (hasMorePictures) return searchEnd(source, hash)
  const start = source.position
  hash.mark()
  let end = Buffer.alloc(0)
  for (let piece = await source.peek(); piece.length > 0; piece = await source.peek()) {
    end = piece.length > 1 ? Buffer.from(piece.subarray(-2)) : Buffer.concat([end.subarray(-1), piece])
    await source.pass(piece.length, hash)
    if (source.position === source.sizeBytes) break
  }
  if (end.equals(endOfImage)) return
  hash.rewind()
  source.seek(start)
  await searchEnd(source, hash)
}

/** A cut file is the photo as far as it goes. */
async function searchEnd(source: ByteSource, hash: ImageHash): Promise<void> {
  let endsInPrefix = false
  for (let piece = await source.peek(); piece.length > 0; piece = await source.peek()) {
    if (endsInPrefix && piece[0] === 0xd9) return source.pass(1, hash)
    const end = piece.indexOf(endOfImage)
    if (end !== -1) return source.pass(end + endOfImage.length, hash)
    endsInPrefix = piece.at(-1) === 0xff
    await source.pass(piece.length, hash)
  }
}

function describe({
  frame,
  exif,
  isJfif,
  adobe,
  profile,
  xmp,
  extension,
  resources,
}: Header): ImageData | null {
  if (frame === null || frame.length < 6) return null
  const { orientation, ...shot } = exif ?? { orientation: 1, ...noFacts }
  const parts = profile.toSorted((a, b) => (a[12] ?? 0) - (b[12] ?? 0)).map((part) => part.subarray(14))
  return {
    facts: {
      ...shot,
      heightPx: frame.readUInt16BE(1),
      widthPx: frame.readUInt16BE(3),
      isTurned: isTurning(orientation),
    },
    blocks: { xmp, extended: joinExtension(extension), iptc: iptcOfResources(Buffer.concat(resources)) },
    rendering: [
      orientationOf(orientation),
      colourOf(frame, isJfif, adobe),
      ...blockOf('icc', Buffer.concat(parts)),
    ],
  }
}

/** Returns the parts of the first digest in their places; null where one is missing. */
function joinExtension(parts: readonly Buffer[]): ExtendedXmp | null {
  const whole = parts.filter(({ length }) => length > extensionHeadBytes)
  const digest = whole[0]?.toString('latin1', 0, digestBytes)
  if (digest === undefined) return null
  const own = whole
    .filter((part) => part.toString('latin1', 0, digestBytes) === digest)
    .map((part) => ({ at: part.readUInt32BE(36), length: part.readUInt32BE(32), data: part.subarray(40) }))
    .toSorted((a, b) => a.at - b.at)
  let end = 0
  for (const { at, data } of own) {
    if (at !== end) return null
    end += data.length
  }
  return end === own[0]?.length ? { digest, packet: Buffer.concat(own.map(({ data }) => data)) } : null
}

/** How libjpeg takes the components: a JFIF segment means YCbCr, else the Adobe segment decides, else the names of components. */
function colourOf(frame: Buffer, isJfif: boolean, adobe: number | null): string {
  const components = frame[5] ?? 0
  if (components === 4) return adobe === 2 ? 'ycck' : 'cmyk'
  if (components !== 3) return 'grey'
  if (isJfif) return 'ycc'
  if (adobe !== null) return adobe === 0 ? 'rgb' : 'ycc'
  return [6, 9, 12].map((at) => String.fromCharCode(frame[at] ?? 0)).join('') === 'RGB' ? 'rgb' : 'ycc'
}
