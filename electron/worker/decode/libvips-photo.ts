// Opens the formats that libvips decodes, and tells apart damage and oddities that it does not.
import type { Framing } from '../../../models/config/preprocessing.ts'
import type { PhotoFormat } from '../../contract/formats.ts'
import { msg } from '../../texts/message.ts'
import { fixAvif } from './avif.ts'
import { checkGif, firstPictureOfGif } from './gif.ts'
import { hasHole } from './jpeg-hole.ts'
import { readJpegHeader, type PhotoHeader } from './jpeg-header.ts'
import { repairJpeg } from './jpeg-repair.ts'
import { checkSize, type DecodeLimits } from './limits.ts'
import { PhotoError } from './photo-error.ts'
import { repairPng } from './png-repair.ts'
import { decodeWithSharp, readHeader, type DecodeSource } from './sharp-decode.ts'
import { readTiffHeader, unsupportedTiff, type TiffHeader } from './tiff-header.ts'

export interface LibvipsPhoto {
  readonly header: PhotoHeader
  readonly render: (framing: Framing) => Promise<Buffer>
}

const isDamage = (error: unknown): boolean =>
  error instanceof PhotoError && (error.code === 'corrupt' || error.code === 'truncated')

/** Each returns null where it changes nothing. */
const repairs: Partial<Record<PhotoFormat, (bytes: Buffer) => Buffer | null>> = {
  jpeg: repairJpeg,
  png: repairPng,
  gif: firstPictureOfGif,
}

/** What stands for `source` when that is decoded in vain although its pixels may be whole; null where nothing does. */
function repaired(source: DecodeSource): DecodeSource | null {
  const input = Buffer.isBuffer(source.input) ? (repairs[source.format]?.(source.input) ?? null) : null
  return input === null ? null : { ...source, input }
}

/** What `work` does; where it cannot decode a rare kind of TIFF, that is not for damage. */
async function withReason<T>(tiff: TiffHeader | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (tiff?.isCommon !== false || !isDamage(error)) throw error
    throw unsupportedTiff({ cause: error })
  }
}

/** Decodes as `decodeWithSharp`, and once more where only the frame around the pixels was damaged. */
async function render(
  source: DecodeSource,
  header: PhotoHeader,
  framing: Framing,
  limits: DecodeLimits,
): Promise<Buffer> {
  const early = header.isNonStandard ? repaired(source) : null
  try {
    return await decodeWithSharp(early ?? source, header, framing, limits)
  } catch (error) {
    const late = early === null && isDamage(error) ? repaired(source) : null
    if (late === null) throw error
    return decodeWithSharp(late, header, framing, limits)
  }
}

/** The header and the way to the pixels. Throws PhotoError. */
export async function openByLibvips(
  file: Buffer,
  format: PhotoFormat,
  limits: DecodeLimits,
): Promise<LibvipsPhoto> {
  const tiff = format === 'tiff' ? readTiffHeader(file) : null
  if (format === 'gif') checkGif(file)
  if (format === 'jpeg' && hasHole(file))
    throw new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
  const avif = format === 'avif' ? fixAvif(file) : null
  const input = avif?.bytes ?? file
  const source: DecodeSource = { input, format, tiff, isLimitedGrey: avif?.isLimitedGrey ?? false }
  const known = format === 'jpeg' ? readJpegHeader(file) : null
  const header = known ?? (await withReason(tiff, () => readHeader(input, limits)))
  checkSize(header.widthPx, header.heightPx, limits.maxPixels)
  return { header, render: (framing) => withReason(tiff, () => render(source, header, framing, limits)) }
}
