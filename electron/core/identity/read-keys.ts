// Identity and rendering key of a photo's file: what its labels and what its predictions and pictures belong to.
import { createHash, type Hash } from 'node:crypto'
import { stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { openRegular, RefusedFile } from '../../common/open-file.ts'
import { noPreviewReason, type PhotoFormat } from '../../contract/formats.ts'
import { sniffFormat } from '../../contract/sniff-format.ts'
import { noBlocks, type MetadataBlocks } from '../metadata/metadata-blocks.ts'
import { readBoxMetadata, type BoxMetadata } from './box-metadata.ts'
import { ByteSource, EndOfFile, pieceBytes } from './byte-source.ts'
import { readBmp } from './bmp.ts'
import { readGif } from './gif.ts'
import { readHeif } from './heif.ts'
import { noFacts, type ImageData, type ImageParser, type PhotoFacts } from './image-data.ts'
import { readRaw, type RawFile } from '../../common/raw/raw-file.ts'
import { readJpeg } from './jpeg.ts'
import { readPng } from './png.ts'
import { readRawImage } from './raw.ts'
import { readTiff } from './tiff.ts'
import { readWebp } from './webp.ts'
import { ImageHash } from './image-hash.ts'

export interface PhotoKeys {
  /** SHA-256 of the coded image data; of all bytes where the format is not parsed. 32 bytes. */
  readonly identity: Buffer
  /** SHA-256 of the identity and of all else that changes the decoded pixels. 32 bytes. */
  readonly rendering: Buffer
  /** Both as an earlier Labelroom read them; null where they were the same. */
  readonly earlier: { readonly identity: Buffer; readonly rendering: Buffer } | null
  readonly facts: PhotoFacts
  /** What other programs say about the photo, not parsed yet. */
  readonly blocks: MetadataBlocks
}

/** A file's keys, with its stamp of when they were read. */
export interface KeyedFile extends PhotoKeys, FileStamp {
  /** SHA-256 of all bytes; null where it was not asked for. */
  readonly wholeHash: Buffer | null
}

const parsers: Readonly<Record<Exclude<PhotoFormat, 'raw'>, ImageParser | null>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  heic: readHeif,
  avif: readHeif,
  tiff: readTiff,
  gif: readGif,
  bmp: readBmp,
  // Their few writers put no ratings and keywords into them; what is there is read by readBoxMetadata.
  jxl: null,
  jp2: null,
}

/** Metadata is mostly within the first so many bytes. */
const metadataPieceBytes = 64 * 1024

/** Free buffers, reused: a new one per file would outrun the garbage collector. */
const sparePieces: Buffer[] = []

export interface ReadKeysOptions {
  /** Whether the SHA-256 of all bytes is needed too, which takes a second pass. */
  readonly needsWholeHash?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the keys of the file that was found with this stamp, in one pass. A file that is not as its format says, for
 * example damaged or hostile, is identified by all its bytes, in a second pass. Returns null where it is another file by
 * now, or changed meanwhile, since the keys may then belong to no state of it. Fails with UnshownRaw, another RefusedFile,
 * the error of the file system, or the reason of the signal.
 */
export async function readKeys(
  { path, sizeBytes, modifiedAtMs }: { readonly path: string } & FileStamp,
  { needsWholeHash = false, signal }: ReadKeysOptions = {},
): Promise<KeyedFile | null> {
  const piece = sparePieces.pop() ?? Buffer.allocUnsafeSlow(pieceBytes)
  const { handle: file } = await openRegular(path).catch((error: unknown) => {
    sparePieces.push(piece)
    throw error
  })
  try {
    const source = new ByteSource(file, sizeBytes, piece, signal)
    const parsed = await parse(source)
    const wholeHash = parsed === null || needsWholeHash ? await hashAll(source) : null
    const beside = parsed === null ? await readBeside(source) : nothingBeside
    const after = await file.stat()
    if (after.size !== sizeBytes || after.mtimeMs !== modifiedAtMs) return null
    if (parsed !== null) return { ...parsed, wholeHash, ...stampOf(after) }
    if (wholeHash === null) return null
    return {
      identity: wholeHash,
      rendering: wholeHash,
      earlier: null,
      ...beside,
      wholeHash,
      ...stampOf(after),
    }
  } finally {
    sparePieces.push(piece)
    await file.close()
  }
}

/** A RAW file in which no picture can be shown. */
export class UnshownRaw extends RefusedFile {}

/** What a file is by its content, and what reads it; `parser` is null where its image data is not parsed. */
async function findParser(
  source: ByteSource,
): Promise<{ format: PhotoFormat | null; parser: ImageParser | null; raw: RawFile | null }> {
  const format = sniffFormat(await source.peek())
  // A RAW file may look like any TIFF.
  const raw = format === 'raw' || format === 'tiff' ? await readRaw(source) : null
  source.seek(0)
  if (raw !== null) return { format: 'raw', parser: (from, hash) => readRawImage(from, hash, raw), raw }
  return { format, parser: format === null || format === 'raw' ? null : parsers[format], raw }
}

/** Returns null where the file has no image data that can be separated from its metadata. */
async function parse(source: ByteSource): Promise<PhotoKeys | null> {
  const { format, parser, raw } = await findParser(source)
  if (raw?.preview === null) throw new UnshownRaw(noPreviewReason)
  if (format === null || parser === null) return null
  const hash = new ImageHash().update(`${format}\0`)
  const image = await boundedOrNull(() => parser(source, hash))
  if (image === null) return null
  const { facts, blocks, earlierIdentity } = image
  const keys = keysOf(hash.digest(), image.rendering)
  const isKnownElse = earlierIdentity !== undefined && !earlierIdentity.equals(keys.identity)
  const earlier = isKnownElse ? keysOf(earlierIdentity, image.rendering) : null
  return { ...keys, earlier, facts, blocks }
}

function keysOf(identity: Buffer, parts: ImageData['rendering']): Pick<PhotoKeys, 'identity' | 'rendering'> {
  const rendering = createHash('sha256').update(identity)
  for (const part of parts) frame(rendering, part)
  return { identity, rendering: rendering.digest() }
}

/** With the length of each part, so that two lists of parts never look the same. */
const frame = (hash: Hash, part: string | Buffer): Hash => hash.update(`${part.length}:`).update(part)

/** What a file says about itself besides its pixels. */
export interface FileBlocks {
  readonly blocks: MetadataBlocks
  readonly facts: PhotoFacts
  readonly format: PhotoFormat
}

/**
 * Reads the metadata of a file alone, jumping over its image. Returns null for what is no photo, or is not as its format
 * says. Fails with RefusedFile or the error of the file system.
 */
export async function readBlocks(path: string): Promise<FileBlocks | null> {
  const { handle: file, stats } = await openRegular(path)
  try {
    const source = new ByteSource(file, stats.size, Buffer.allocUnsafe(metadataPieceBytes), undefined)
    const { format, parser } = await findParser(source)
    if (format === null) return null
    if (parser === null) return { ...(await readBeside(source)), format }
    const image = await boundedOrNull(() => parser(source, new ImageHash(false)))
    return image === null ? null : { blocks: image.blocks, facts: image.facts, format }
  } finally {
    await file.close()
  }
}

const nothingBeside: BoxMetadata = { blocks: noBlocks, facts: noFacts }

/** The metadata of files whose image data is not parsed. */
async function readBeside(source: ByteSource): Promise<BoxMetadata> {
  source.seek(0)
  const format = sniffFormat(await source.peek())
  const isOfBoxes = format === 'jxl' || format === 'jp2'
  return (isOfBoxes ? await boundedOrNull(() => readBoxMetadata(source)) : null) ?? nothingBeside
}

/** Null where the file ends too early, or claims to hold more than any program writes. */
async function boundedOrNull<T>(parse: () => Promise<T | null>): Promise<T | null> {
  try {
    return await parse()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Returns the SHA-256 of all bytes; null where the file has become shorter. */
async function hashAll(source: ByteSource): Promise<Buffer | null> {
  const hash = new ImageHash()
  source.seek(0)
  try {
    await source.pass(source.sizeBytes, hash)
  } catch (error) {
    if (error instanceof EndOfFile) return null
    throw error
  }
  return hash.digest()
}
