// Reads what a photo's file, or the sidecar beside it, says about it, out of XMP, IPTC and EXIF.
import { exifDate, type ExifFacts } from '../../common/exif-block.ts'
import type { FileMetadata } from '../domain/file-metadata.ts'
import { readIptc, type IptcFields } from './iptc.ts'
import { keywordFields, keywordNames, type KeywordLists } from './keywords.ts'
import type { MetadataBlocks } from './metadata-blocks.ts'
import { readXmp, type XmpProperties } from './xmp.ts'

/** What is said, with what a change of keywords must know. */
export interface ReadMetadata {
  readonly metadata: FileMetadata
  readonly lists: KeywordLists
  /** xmp:Rating as it is written there. */
  readonly ratingText: string | null
  /** Whether IPTC records are there, and whether they are in UTF-8. */
  readonly iptc: { readonly isUtf8: boolean } | null
  /** Whether there is XMP that cannot be read. */
  readonly isDamaged: boolean
}

const maxTitleLength = 1000

export async function readMetadata(
  { xmp, extended = null, iptc }: MetadataBlocks,
  exif: ExifFacts | null,
): Promise<ReadMetadata> {
  const packet = xmp === null ? null : await readXmp(xmp)
  const isNamed = extended !== null && packet?.texts.get('xmpNote:HasExtendedXMP') === extended.digest
  const more = isNamed ? await readXmp(extended.packet) : null
  const properties = packet === null || more === null ? packet : joined(packet, more)
  const fields = iptc === null ? null : readIptc(iptc)
  const lists = listsOf(properties, fields)
  return {
    metadata: { keywords: keywordNames(lists), ...describe(properties, fields, exif) },
    lists,
    ratingText: properties?.texts.get('xmp:Rating') ?? null,
    iptc: fields,
    isDamaged: (xmp !== null && packet === null) || (isNamed && more === null),
  }
}

const joined = (packet: XmpProperties, more: XmpProperties): XmpProperties => ({
  texts: new Map([...more.texts, ...packet.texts]),
  lists: new Map([...more.lists, ...packet.lists]),
})

function listsOf(xmp: XmpProperties | null, iptc: IptcFields | null): KeywordLists {
  const lists: Partial<Record<string, readonly string[]>> = {}
  for (const { tag, key } of keywordFields) {
    const single = key === null ? undefined : xmp?.texts.get(key)
    const list =
      key === null ? iptc?.keywords : (xmp?.lists.get(key) ?? (single === undefined ? [] : [single]))
    if (list !== undefined && list.length > 0) lists[tag] = list
  }
  return lists
}

function describe(
  xmp: XmpProperties | null,
  iptc: IptcFields | null,
  exif: ExifFacts | null,
): Omit<FileMetadata, 'keywords'> {
  const text = (key: string) => xmp?.texts.get(key) ?? xmp?.lists.get(key)?.[0] ?? null
  const place = typeof exif?.latitude === 'number' && exif.longitude !== null ? exif : null
  const maker = [text('tiff:Make'), text('tiff:Model')].filter((part) => part !== null).join(' ')
  const title = text('dc:title') ?? iptc?.title ?? null
  return {
    rating: ratingOfText(text('xmp:Rating')),
    title: title === null || title.trim() === '' ? null : title.trim().slice(0, maxTitleLength),
    ...(place === null
      ? placeOf(text('exif:GPSLatitude'), text('exif:GPSLongitude'))
      : { latitude: place.latitude, longitude: place.longitude }),
    camera: exif?.camera ?? (maker === '' ? null : maker),
    lens: exif?.lens ?? text('exifEX:LensModel') ?? text('aux:Lens'),
    takenAt: dateOf(exif) ?? isoDate(text('exif:DateTimeOriginal')),
    isMotion: text('GCamera:MotionPhoto') === '1' || text('GCamera:MicroVideo') === '1',
  }
}

const dateOf = (exif: ExifFacts | null): string | null =>
  typeof exif?.takenAt === 'string' ? (exifDate(exif.takenAt, exif.offset)?.text ?? null) : null

const isoDate = (text: string | null): string | null =>
  text === null ? null : (exifDate(text, /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? null)?.text ?? null)

/** -1 is Adobe's mark of a rejected photo; whatever else is not 0..5 is no rating. */
export function ratingOfText(text: string | null): number | null {
  const rating = text === null || text.trim() === '' ? Number.NaN : Math.round(Number(text))
  return rating >= -1 && rating <= 5 ? rating : null
}

function placeOf(latitude: string | null, longitude: string | null) {
  const place = { latitude: degreesOf(latitude, 90), longitude: degreesOf(longitude, 180) }
  return place.latitude === null || place.longitude === null ? { latitude: null, longitude: null } : place
}

/** `48,51.5N` or `48,51,30N`, as XMP writes degrees. */
function degreesOf(text: string | null, limit: number): number | null {
  const parts = /^(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])$/i.exec(text ?? '')
  if (parts === null) return null
  const [, degrees, minutes, seconds, direction] = parts
  const value = Number(degrees) + Number(minutes) / 60 + Number(seconds ?? 0) / 3600
  return value > limit ? null : /[SW]/i.test(direction ?? '') ? -value : value
}
