// The few fields of an EXIF block (a TIFF without pixels) that say how and when a photo was taken, for both sides.
import { exifTags, gpsTags, tiffTags } from './tiff-tags.ts'

/** One entry of a TIFF directory; `value` holds the value itself or, where it is longer, its offset. */
export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** 4 bytes, of BigTIFF 8. */
  readonly value: Buffer
}

/** What the camera wrote about the shot; null where it did not. */
export interface ExifFacts {
  /** `2004:03:20 14:54:55`, in the camera's local time. */
  readonly takenAt: string | null
  /** `+02:00` where the camera wrote it. */
  readonly offset: string | null
  readonly camera: string | null
  readonly lens: string | null
  /** Degrees, north and east positive. */
  readonly latitude: number | null
  readonly longitude: number | null
}

export interface ExifBlock extends ExifFacts {
  /** As written: 1..8 where it is valid; 1 where there is none. */
  readonly orientation: number
}

const longType = 4
const entryBytes = 12

/** Returns the entries in the bytes of a directory after its count; entries that are cut off are left out. */
export function readTiffEntries(table: Buffer, isLittle: boolean, isBig = false): TiffEntry[] {
  const size = isBig ? 20 : entryBytes
  const entries: TiffEntry[] = []
  for (let at = 0; at + size <= table.length; at += size) {
    const entry = table.subarray(at, at + size)
    const count = isBig
      ? Number(isLittle ? entry.readBigUInt64LE(4) : entry.readBigUInt64BE(4))
      : isLittle
        ? entry.readUInt32LE(4)
        : entry.readUInt32BE(4)
    entries.push({
      tag: isLittle ? entry.readUInt16LE(0) : entry.readUInt16BE(0),
      type: isLittle ? entry.readUInt16LE(2) : entry.readUInt16BE(2),
      count,
      value: entry.subarray(isBig ? 12 : 8),
    })
  }
  return entries
}

/** The number in the first place of an entry of SHORT or LONG. */
export function entryNumber({ type, value }: TiffEntry, isLittle: boolean): number {
  if (type === longType) return isLittle ? value.readUInt32LE(0) : value.readUInt32BE(0)
  return isLittle ? value.readUInt16LE(0) : value.readUInt16BE(0)
}

/** Text as cameras write it: up to the first NUL, without spaces around it; null where nothing is left. */
export function exifText(bytes: Buffer): string | null {
  const text = bytes.toString('latin1').split('\0', 1)[0]?.trim() ?? ''
  return text === '' ? null : text
}

/**
 * Degrees out of three rationals, each two unsigned 32-bit numbers: degrees, minutes and seconds.
 * @param reference `N`, `S`, `E` or `W`.
 */
export function gpsDegrees(
  reference: string | null,
  rationals: Buffer | null,
  isLittle: boolean,
): number | null {
  if (rationals === null || rationals.length < 24 || reference === null) return null
  const u32 = (at: number) => (isLittle ? rationals.readUInt32LE(at) : rationals.readUInt32BE(at))
  // Cameras leave seconds out by 0/0 or 0/1.
  const part = (at: number) => (u32(at) === 0 ? 0 : u32(at) / u32(at + 4))
  const degrees = part(0) + part(8) / 60 + part(16) / 3600
  const isSet = u32(4) !== 0 && u32(12) !== 0
  const limit = /^[NS]/.test(reference) ? 90 : 180
  if (!isSet || !/^[NSEW]/.test(reference) || !(degrees <= limit)) return null
  // A centimetre; the rest is noise of the division.
  const rounded = Math.round(degrees * 1e7) / 1e7
  return /^[SW]/.test(reference) ? -rounded : rounded
}

/** Reads a block that begins with `II` or `MM`; what is missing or damaged is left out. */
export function readExifBlock(block: Buffer): ExifBlock {
  const isLittle = block.toString('latin1', 0, 2) === 'II'
  const u32 = (at: number) => (isLittle ? block.readUInt32LE(at) : block.readUInt32BE(at))
  const u16 = (at: number) => (isLittle ? block.readUInt16LE(at) : block.readUInt16BE(at))
  const directory = (at: number): TiffEntry[] => {
    if (at + 2 > block.length) return []
    return readTiffEntries(block.subarray(at + 2, at + 2 + u16(at) * entryBytes), isLittle)
  }
  const find = (entries: readonly TiffEntry[], tag: number) => entries.find((entry) => entry.tag === tag)
  const bytes = (entry: TiffEntry, size: number): Buffer => {
    const at = size <= 4 ? null : entryNumber({ ...entry, type: longType }, isLittle)
    return at === null ? entry.value.subarray(0, size) : block.subarray(at, at + size)
  }
  const text = (entry: TiffEntry | undefined): string | null =>
    entry === undefined ? null : exifText(bytes(entry, entry.count))
  const below = (pointer: TiffEntry | undefined): TiffEntry[] =>
    pointer === undefined ? [] : directory(entryNumber({ ...pointer, type: longType }, isLittle))
  const main = block.length < 8 ? [] : directory(u32(4))
  const orientation = find(main, tiffTags.orientation)
  const exif = below(find(main, tiffTags.exif))
  const gps = below(find(main, tiffTags.gps))
  const degrees = (reference: number, value: number) => {
    const entry = find(gps, value)
    return gpsDegrees(text(find(gps, reference)), entry === undefined ? null : bytes(entry, 24), isLittle)
  }
  const camera = [text(find(main, tiffTags.make)), text(find(main, tiffTags.model))].flatMap(
    (part) => part ?? [],
  )
  return {
    orientation: orientation === undefined ? 1 : entryNumber(orientation, isLittle),
    takenAt: text(find(exif, exifTags.dateTimeOriginal)),
    offset: text(find(exif, exifTags.offsetTimeOriginal)),
    camera: camera.length === 0 ? null : camera.join(' '),
    lens: text(find(exif, exifTags.lensModel)),
    latitude: degrees(gpsTags.latitudeRef, gpsTags.latitude),
    longitude: degrees(gpsTags.longitudeRef, gpsTags.longitude),
  }
}

/** The time of a camera's date in milliseconds; null where it is none. Without an offset, this computer's time zone counts. */
export function exifDate(
  date: string,
  offset: string | null,
): { readonly text: string; readonly ms: number } | null {
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(date)
  if (parts === null) return null
  const [, year, month, day, hour, minute, second] = parts
  const local = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}`
  const zone = /^[+-]\d\d:\d\d$/.exec(offset ?? '')?.[0] ?? ''
  const ms = Date.parse(local + zone)
  // A clock that was never set writes 0000:00:00.
  return Number.isNaN(ms) || Number(year) < 1800 ? null : { text: local + zone, ms }
}
