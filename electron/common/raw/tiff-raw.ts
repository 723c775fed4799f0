// RAW files that are TIFFs: previews and the sensor's image in the directories that lie behind or below the first one.
import { accessFrom, createTiffReader, openTiff, tiffValueBytes } from '../tiff-reader.ts'
import type { RandomAccess, TiffDirectory, TiffReader } from '../tiff-reader.ts'
import { exifTags, tiffTags as tag } from '../tiff-tags.ts'
import type { Place } from './camera-exif.ts'
import type { Extent } from './jpeg-preview.ts'

/** Of one file; a DNG with all its previews has ten. */
const maxDirectories = 64

/** Panasonic's whole JPEG, and where its sensor's data begins, which goes to the end of the file. */
const panasonicTags = { jpeg: 0x002e, data: 0x0118 } as const

/** JPEG as TIFF 6.0 has it, and as its successor has it. */
const jpegCompressions = new Set([6, 7])
/** A colour filter array, and linear RAW. */
const sensorPhotometrics = new Set([32803, 34892])

export interface TiffRaw {
  /** What may be a preview. */
  readonly candidates: readonly Extent[]
  /** Whether a directory says that it holds the sensor's image; the other ones then hold pictures made of it. */
  readonly hasSensorImage: boolean
  readonly isDng: boolean
  /** Panasonic's data, which no directory describes as strips. */
  readonly panasonicImage: Extent | null
  /** The XMP packet of the first directory. */
  readonly xmp: Extent | null
  /** The directories that say something about the shot. */
  readonly main: Place
  readonly exif: Place
  readonly gps: Place
}

/** A damaged part of a file does not hide the other ones. */
async function orNone<T>(read: () => Promise<T>, none: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof RangeError) return none
    throw error
  }
}

/** Null for what is no TIFF. Fails as the reads of `file` do, but with RangeError only where its head is not there. */
export async function readTiffRaw(file: RandomAccess): Promise<TiffRaw | null> {
  const reader = await openTiff(file)
  if (reader === null) return null
  const waiting = [reader.first]
  const seen = new Set<number>()
  const candidates: Extent[] = []
  const placeAt = (at: number | undefined): Promise<Place> =>
    at === undefined
      ? Promise.resolve(null)
      : orNone(async () => ({ reader, directory: await reader.directory(at) }), null)
  let main: TiffDirectory | null = null
  let hasSensorImage = false
  while (waiting.length > 0 && seen.size < maxDirectories) {
    const at = waiting.shift() ?? 0
    if (at === 0 || seen.has(at)) continue
    seen.add(at)
    const directory = (await placeAt(at))?.directory
    if (directory === undefined) continue
    main ??= directory
    const next = await orNone(() => reader.numbers(directory, tag.subDirectories), [])
    waiting.push(...next.slice(0, maxDirectories), directory.next)
    const [photometric] = await orNone(() => reader.numbers(directory, tag.photometric), [])
    const isSensor = photometric !== undefined && sensorPhotometrics.has(photometric)
    hasSensorImage ||= isSensor
    candidates.push(...(await orNone(() => candidatesOf(reader, directory, isSensor), [])))
  }
  if (main === null) return null
  const exif = await placeAt(await pointer(reader, main, tag.exif))
  const makerNote = exif === null ? undefined : exif.directory.entries.get(exifTags.makerNote)
  const noteAt = makerNote === undefined ? null : reader.placeOf(makerNote)
  if (noteAt !== null)
    candidates.push(...(await orNone(() => olympusPreview(file, noteAt, reader.isLittle), [])))
  return {
    candidates,
    hasSensorImage,
    isDng: main.entries.has(tag.dngVersion),
    panasonicImage: await panasonicImage(reader, main, file.sizeBytes),
    xmp: valueExtent(reader, main, tag.xmp),
    main: { reader, directory: main },
    exif,
    gps: await placeAt(await pointer(reader, main, tag.gps)),
  }
}

/** The first number of a value. */
const pointer = async (reader: TiffReader, directory: TiffDirectory, name: number) =>
  (await orNone(() => reader.numbers(directory, name), []))[0]

async function candidatesOf(
  reader: TiffReader,
  directory: TiffDirectory,
  isSensor: boolean,
): Promise<Extent[]> {
  const found: Extent[] = []
  const add = (offset: number | undefined, sizeBytes: number | undefined) => {
    if (offset !== undefined && sizeBytes !== undefined) found.push({ offset, sizeBytes })
  }
  const number = async (name: number) => (await reader.numbers(directory, name))[0]
  add(await number(tag.jpegOffset), await number(tag.jpegByteCount))
  const strips = directory.entries.get(tag.stripOffsets)
  if (!isSensor && strips?.count === 1 && jpegCompressions.has((await number(tag.compression)) ?? 0))
    add(await number(tag.stripOffsets), await number(tag.stripByteCounts))
  const panasonic = valueExtent(reader, directory, panasonicTags.jpeg)
  return panasonic === null ? found : [...found, panasonic]
}

/** Where a value lies that is not within its entry. */
function valueExtent(reader: TiffReader, directory: TiffDirectory, name: number): Extent | null {
  const entry = directory.entries.get(name)
  const offset = entry === undefined ? null : reader.placeOf(entry)
  return entry === undefined || offset === null ? null : { offset, sizeBytes: tiffValueBytes(entry) }
}

async function panasonicImage(
  reader: TiffReader,
  main: TiffDirectory,
  fileBytes: number,
): Promise<Extent | null> {
  const offset = await pointer(reader, main, panasonicTags.data)
  return offset === undefined || offset === 0 || offset >= fileBytes
    ? null
    : { offset, sizeBytes: fileBytes - offset }
}

const olympusTags = { settings: 0x2020, previewStart: 0x0101, previewSize: 0x0102 } as const
/** How a maker note may begin, where its byte order is stored, and where its directory lies. */
const olympusHeads = [
  { text: 'OLYMPUS\0', orderAt: 8, directoryAt: 12 },
  { text: 'OM SYSTEM\0', orderAt: 12, directoryAt: 16 },
] as const

/** The preview that Olympus names in its maker note; offsets count from there, in the oldest ones from the file's start. */
async function olympusPreview(file: RandomAccess, noteAt: number, isLittle: boolean): Promise<Extent[]> {
  const head = (await file.read(noteAt, 16)).toString('latin1')
  const kind = olympusHeads.find(({ text }) => head.startsWith(text))
  if (kind === undefined && !head.startsWith('OLYMP\0')) return []
  const base = kind === undefined ? 0 : noteAt
  const isNoteLittle = kind === undefined ? isLittle : head[kind.orderAt] === 'I'
  const reader = createTiffReader(accessFrom(file, base), isNoteLittle)
  const note = await reader.directory(kind === undefined ? noteAt + 8 : kind.directoryAt)
  const settings = note.entries.get(olympusTags.settings)
  if (settings === undefined) return []
  const directory = await reader.directory(reader.pointer(settings.value))
  const [[offset], [sizeBytes]] = [
    await reader.numbers(directory, olympusTags.previewStart),
    await reader.numbers(directory, olympusTags.previewSize),
  ]
  return offset === undefined || sizeBytes === undefined ? [] : [{ offset: base + offset, sizeBytes }]
}
