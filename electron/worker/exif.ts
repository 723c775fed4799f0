// The EXIF data of a photo. Untrusted bytes: only the head of the file is parsed, and any error means no EXIF.
import ExifReader, { type ExpandedTags } from 'exifreader'
import { cameraName } from '../common/camera-name.ts'
import { exifDate } from '../common/exif-block.ts'
import type { PhotoExif } from '../contract/photos.ts'
import type { ExifReply, ExifRequest, PhotoLimits } from '../contract/inference.ts'
import { withPhotoBytes } from './decode/photo-bytes.ts'
import { readExifBlock } from './decode/sharp-decode.ts'
import { sniffFormat } from '../contract/sniff-format.ts'

/** EXIF of a JPEG is in its first 64 KB; in HEIC and AVIF it follows the index, before the picture. */
const headBytes = 256 * 1024
/** A TIFF may have its index anywhere, most often after the pixels. */
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

/** The camera's EXIF data; null where there is none. Never throws. */
export async function readExif({ id, path, limits, ...stamp }: ExifRequest): Promise<ExifReply> {
  const tags = await withPhotoBytes({ path, stamp }, (file) => readTags(file, limits)).catch(() => null)
  return { type: 'exif', id, exif: tags === null ? null : toExif(tags) }
}

/** When the photo was taken, from the first bytes of its file; null where they have no date. Never throws. */
export function takenAtMs(head: Buffer): number | null {
  const exif = parse(head)?.exif
  return exif === undefined ? null : (takenAt(exif)?.ms ?? null)
}

async function readTags(file: Buffer, limits: PhotoLimits): Promise<ExpandedTags | null> {
  const tags = parse(file.subarray(0, headBytes))
  if (hasExif(tags) || file.length <= headBytes) return tags
  const format = sniffFormat(file)
  if (format === 'tiff') return parse(file.subarray(0, tiffBytes))
  if (format === 'jpeg' || format === 'heic') return tags
  // The other formats may have it after the pixels.
  const block = await readExifBlock(file, limits)
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

/** Values as the parser returns them, of unknown types. */
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

function cameraOf(make: string | null, model: string | null): string | null {
  const parts = [make, model].filter((part) => part !== null)
  return parts.length === 0 ? null : cameraName(parts.join(' '))
}

function describeExposure(seconds: number | null): string | null {
  if (seconds === null) return null
  return seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${round(seconds, 1)} s`
}

/** When the photo was taken, with an offset such as `+02:00` where the camera wrote one. */
function takenAt(found: object | undefined): ReturnType<typeof exifDate> {
  const exif = (found ?? {}) as Values
  return exifDate(text(exif, 'DateTimeOriginal') ?? '', text(exif, 'OffsetTimeOriginal'))
}
