// What the camera wrote into a photo. Untrusted bytes: only the head of the file is parsed, and any error means "nothing".
import ExifReader, { type ExpandedTags } from 'exifreader'
import type { PhotoExif } from '../contract/browse.ts'
import type { ExifReply, ExifRequest, PhotoLimits } from '../contract/inference.ts'
import { readHead, sniffFormat } from './decode/file-head.ts'
import { readExifBlock } from './decode/sharp-decode.ts'

/** EXIF of a JPEG is in its first 64 KB; in HEIC and AVIF it follows the index, before the picture. */
const headBytes = 256 * 1024
/** A TIFF may have its index anywhere, most often behind the pixels. */
const tiffBytes = 32 * 1024 * 1024

/** Only these are parsed; maker notes, previews and XMP are left alone. */
const wantedTags = {
  exif: [
    'Make',
    'Model',
    'LensModel',
    'ExposureTime',
    'FNumber',
    'ISOSpeedRatings',
    'FocalLength',
    'DateTimeOriginal',
    'OffsetTimeOriginal',
    'GPSLatitude',
    'GPSLatitudeRef',
    'GPSLongitude',
    'GPSLongitudeRef',
  ],
  gps: ['Latitude', 'Longitude'],
}

/** What the camera wrote; never throws. */
export async function readExif({ id, path, limits }: ExifRequest): Promise<ExifReply> {
  const tags = await readTags(path, limits)
  return { type: 'exif', id, exif: tags === null ? null : toExif(tags) }
}

/** When the photo was taken, from the first bytes of its file; null where they do not say. Never throws. */
export function takenAtMs(head: Buffer): number | null {
  const exif = parse(head)?.exif
  return exif === undefined ? null : (takenAt(exif)?.ms ?? null)
}

async function readTags(path: string, limits: PhotoLimits): Promise<ExpandedTags | null> {
  const head = await readHead(path, headBytes).catch(() => null)
  if (head === null) return null
  const tags = parse(head.bytes)
  if (hasExif(tags) || head.bytes.length === head.sizeBytes) return tags
  const format = sniffFormat(head.bytes)
  if (format === 'tiff') {
    const more = await readHead(path, tiffBytes).catch(() => null)
    return more === null ? tags : parse(more.bytes)
  }
  if (format === 'jpeg' || format === 'heic') return tags
  // These may have it behind the pixels.
  const block = await readExifBlock(path, limits)
  return block === null ? tags : parse(block)
}

const hasExif = (tags: ExpandedTags | null): boolean => Object.keys(tags?.exif ?? {}).length > 0

function parse(bytes: Buffer): ExpandedTags | null {
  try {
    return ExifReader.load(bytes, { expanded: true, includeTags: wantedTags })
  } catch {
    return null
  }
}

/** Values as the parser gives them, of which nothing is certain. */
type Values = Readonly<Record<string, { readonly value?: unknown } | undefined>>

function text(exif: Values, name: string): string | null {
  const value = exif[name]?.value
  const first: unknown = Array.isArray(value) ? value[0] : value
  if (typeof first !== 'string') return null
  // Cameras pad with NUL.
  const clean = first
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200)
  return clean === '' ? null : clean
}

/** A number, or a fraction [numerator, denominator]. */
function number(exif: Values, name: string): number | null {
  const value = exif[name]?.value
  const [top, bottom = 1] = (Array.isArray(value) ? value : [value]) as unknown[]
  if (typeof top !== 'number' || typeof bottom !== 'number') return null
  const result = top / bottom
  return Number.isFinite(result) && result > 0 ? result : null
}

function toExif({ exif: found, gps }: ExpandedTags): PhotoExif | null {
  const exif = (found ?? {}) as Values
  const iso = number(exif, 'ISOSpeedRatings')
  const aperture = number(exif, 'FNumber')
  const focalLength = number(exif, 'FocalLength')
  const result: PhotoExif = {
    takenAt: takenAt(exif)?.text ?? null,
    camera: cameraOf(text(exif, 'Make'), text(exif, 'Model')),
    lens: text(exif, 'LensModel'),
    exposure: describeExposure(number(exif, 'ExposureTime')),
    aperture: aperture === null ? null : `f/${round(aperture, 1)}`,
    iso: iso === null || iso > 1e7 ? null : Math.round(iso),
    focalLengthMm: focalLength === null ? null : round(focalLength, 1),
    latitude: degrees(gps?.Latitude, 90),
    longitude: degrees(gps?.Longitude, 180),
  }
  return Object.values(result).every((value) => value === null) ? null : result
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const degrees = (value: unknown, limit: number): number | null =>
  typeof value === 'number' && Math.abs(value) <= limit ? round(value, 6) : null

/** Most cameras repeat their maker in the name of the model. */
function cameraOf(make: string | null, model: string | null): string | null {
  if (make === null || model === null) return model ?? make
  return model.toLowerCase().startsWith(make.toLowerCase().split(' ')[0] ?? '') ? model : `${make} ${model}`
}

function describeExposure(seconds: number | null): string | null {
  if (seconds === null) return null
  return seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${round(seconds, 1)} s`
}

/** `2004:03:20 14:54:55`, in the time of the place where the camera was; `+02:00` where it knew. */
function takenAt(found: object | undefined): { readonly text: string; readonly ms: number } | null {
  const exif = (found ?? {}) as Values
  const parts = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(
    text(exif, 'DateTimeOriginal') ?? '',
  )
  if (parts === null) return null
  const [, year, month, day, hour, minute, second] = parts
  const local = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}`
  const offset = /^[+-]\d\d:\d\d$/.exec(text(exif, 'OffsetTimeOriginal') ?? '')?.[0] ?? ''
  // Without an offset it is the time of this computer, whose owner most likely took the photo.
  const ms = Date.parse(local + offset)
  // A clock that was never set says 0000:00:00.
  return Number.isNaN(ms) || Number(year) < 1800 ? null : { text: local + offset, ms }
}
