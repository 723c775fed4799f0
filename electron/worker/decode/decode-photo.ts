// From a photo's file to the pixels for a model or for the screen: the one entrance to decoding.
import type { Framing } from '../../../models/config/preprocessing.ts'
import type { PhotoFormat } from '../../contract/formats.ts'
import { msg } from '../../texts/message.ts'
import { takenAtMs } from '../exif.ts'
import type { ThreadFormat } from './decode-thread.ts'
import { openByLibvips } from './libvips-photo.ts'
import { readJpeg2000Size } from './jpeg2000.ts'
import { checkSize, defaultLimits, type DecodeLimits } from './limits.ts'
import { withPhotoBytes, type PhotoFile } from './photo-bytes.ts'
import { PhotoError } from './photo-error.ts'
import { planResize } from './resize-plan.ts'
import { decodeWithSharp } from './sharp-decode.ts'
import { sniffFormat } from '../../contract/sniff-format.ts'
import { decodeInThread } from './thread-pool.ts'

/** Enough for the EXIF of nearly every camera, which is at most 64 KB. */
const exifBytes = 64 * 1024

/** The metadata of a photo. */
interface PhotoFacts {
  /** Size of the original as displayed (oriented). */
  readonly widthPx: number
  readonly heightPx: number
  /** From EXIF; null where the first bytes of the file have none. */
  readonly takenAtMs: number | null
}

export interface DecodedPhoto extends PhotoFacts {
  /** RGB interleaved, sRGB, preprocessing.height * preprocessing.width * 3 bytes. */
  readonly pixels: Uint8Array
}

/** A photo whose header was read; its pixels can be rendered at any size. */
export interface OpenPhoto extends PhotoFacts {
  /** RGB interleaved, sRGB, framing.height * framing.width * 3 bytes. Throws PhotoError; never returns partial pixels. */
  readonly render: (framing: Framing) => Promise<Buffer>
}

const threadFormats: ReadonlySet<PhotoFormat> = new Set([
  'heic',
  'bmp',
  'jxl',
  'jp2',
] satisfies ThreadFormat[])
const isThreadFormat = (format: PhotoFormat): format is ThreadFormat => threadFormats.has(format)

async function openByThread(
  file: Buffer<ArrayBuffer>,
  format: ThreadFormat,
  limits: DecodeLimits,
): Promise<OpenPhoto> {
  if (file.length > limits.maxWholeFileBytes) {
    const limitMb = Math.floor(limits.maxWholeFileBytes / 1024 / 1024)
    throw new PhotoError(
      'too-large',
      msg('The file is larger than {{limitMb}} MB, the limit for this format.', { limitMb }),
    )
  }
  const request = { bytes: file, format, maxPixels: limits.maxPixels }
  const whole = format === 'jp2' ? null : await decodeInThread(request, limits)
  const { widthPx, heightPx } = whole ?? readJpeg2000Size(file)
  checkSize(widthPx, heightPx, limits.maxPixels)
  return {
    widthPx,
    heightPx,
    takenAtMs: takenAtMs(file.subarray(0, exifBytes)),
    render: async (framing) => {
      const halvings = halvingsFor({ widthPx, heightPx }, framing, limits)
      const raw = whole ?? (await decodeInThread({ ...request, halvings }, limits))
      return decodeWithSharp(
        { input: raw, format, tiff: null, isLimitedGrey: false },
        { ...raw, widthPx, heightPx, isNonStandard: false },
        framing,
        limits,
      )
    },
  }
}

/**
 * How often a photo's sides may be halved before it is resized. `careful` leaves a factor of three, since what wavelets
 * leave of a photo is less smooth than what JPEG does.
 */
function halvingsFor(
  { widthPx, heightPx }: Pick<PhotoFacts, 'widthPx' | 'heightPx'>,
  framing: Framing,
  { shrinkOnLoad }: DecodeLimits,
): number {
  if (shrinkOnLoad === 'off') return 0
  const plan = planResize(widthPx, heightPx, framing)
  const factor = Math.min(widthPx / plan.widthPx, heightPx / plan.heightPx)
  return Math.max(0, Math.floor(Math.log2(factor / (shrinkOnLoad === 'fast' ? 1.25 : 3))))
}

/**
 * Reads the size of a photo from the content of its file, by which its format is known, whatever the name.
 * `overrides` replaces single `defaultLimits`. Throws PhotoError.
 */
export async function openPhoto(
  file: Buffer<ArrayBuffer>,
  overrides: Partial<DecodeLimits> = {},
): Promise<OpenPhoto> {
  const limits = { ...defaultLimits, ...overrides }
  const format = sniffFormat(file)
  // A RAW file is opened as its preview, see withPhotoBytes.
  if (format === null || format === 'raw') {
    throw new PhotoError('unsupported', msg('The content is not a photo in a format Labelroom can open.'))
  }
  if (isThreadFormat(format)) return openByThread(file, format, limits)
  const { header, render } = await openByLibvips(file, format, limits)
  const { widthPx, heightPx } = header
  return { widthPx, heightPx, takenAtMs: takenAtMs(file.subarray(0, exifBytes)), render }
}

/**
 * Decodes the content of a photo's file as `preprocessing` says: oriented, sRGB, without transparency, resized and
 * cropped as torchvision does; the first picture of an animation or a multi-page file.
 * Throws PhotoError; never returns partial pixels.
 */
export async function decodePhoto(
  file: Buffer<ArrayBuffer>,
  preprocessing: Framing,
  overrides: Partial<DecodeLimits> = {},
): Promise<DecodedPhoto> {
  const { render, ...facts } = await openPhoto(file, overrides)
  return { ...facts, pixels: await render(preprocessing) }
}

/** The same for a file, which is read once. Throws PhotoError, also where it is not the file with the stamp. */
export const decodePhotoFile = (
  file: PhotoFile,
  preprocessing: Framing,
  overrides: Partial<DecodeLimits> = {},
): Promise<DecodedPhoto> => withPhotoBytes(file, (bytes) => decodePhoto(bytes, preprocessing, overrides))
