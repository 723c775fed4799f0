// Everything done with libvips (through sharp): decode, orient, colours to sRGB, resize, crop - in one pass.
import sharp from 'sharp'
import type { Framing, Interpolation } from '../../../models/preprocessing.ts'
import type { PhotoLimits } from '../../contract/inference.ts'
import { withDeadline } from './deadline.ts'
import { isSrgbProfile, profileSpace, tiffWithProfile } from './icc.ts'
import type { PhotoHeader } from './jpeg-header.ts'
import type { DecodeLimits } from './limits.ts'
import { fromDecoderError, PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'
import { resample } from './resample.ts'
import { planResize } from './resize-plan.ts'
import { runAlone, runSideBySide } from './turns.ts'

// Every photo is decoded once, so libvips has nothing to remember; and photos run side by side, so one thread each.
sharp.cache(false)
sharp.concurrency(1)
// Only these decoders may ever run: SVG and others can load further files or are attacked more often.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`),
})

// libvips' cubic is Catmull-Rom (a = -0.5) and all of its kernels widen when shrinking, both as in PIL.
const kernels = {
  nearest: 'nearest',
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
} as const satisfies Record<Interpolation, string>

/** Runs libvips; what it throws is a PhotoError whose reason is this photo's own. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await runSideBySide(work)
  } catch (error) {
    if (error instanceof PhotoError || error instanceof RangeError) throw error
  }
  // See [Note: whose error].
  try {
    return await runAlone(work)
  } catch (error) {
    throw fromDecoderError(error)
  }
}

/** The header as libvips reads it. Throws PhotoError. */
export async function readHeader(path: string, limits: DecodeLimits): Promise<PhotoHeader> {
  const { autoOrient, channels, icc } = await guard(() =>
    withDeadline(
      () => sharp(path, { limitInputPixels: false, failOn: 'none' }).metadata(),
      limits.decodeTimeoutMs,
    ),
  )
  const { width, height } = autoOrient
  return { widthPx: width, heightPx: height, channels, profile: icc ?? null, isUntidy: false }
}

/** The EXIF block (a TIFF without pixels) wherever it lies in the file; null where there is none or it cannot be read. */
export async function readExifBlock(path: string, { decodeTimeoutMs }: PhotoLimits): Promise<Buffer | null> {
  const input = sharp(path, { limitInputPixels: false, failOn: 'none' })
  try {
    const { exif } = await guard(() => withDeadline(() => input.metadata(), decodeTimeoutMs))
    if (exif === undefined) return null
    return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif
  } catch {
    return null
  }
}

interface PipelineOptions {
  readonly failOn: 'truncated' | 'error' | 'warning'
  readonly ignoreIcc: boolean
}

async function runPipeline(
  source: string | RawPhoto,
  header: PhotoHeader,
  framing: Framing,
  limits: DecodeLimits,
  options: PipelineOptions,
): Promise<Buffer> {
  const { interpolation } = framing
  const plan = planResize(header.widthPx, header.heightPx, framing)
  const settings = { ...options, limitInputPixels: limits.maxPixels, autoOrient: true }
  const input =
    typeof source === 'string'
      ? sharp(source, settings)
      : sharp(source.pixels, {
          ...settings,
          raw: { width: source.widthPx, height: source.heightPx, channels: source.channels },
        })
  // Naming the space in which to work makes sharp decode in full; only 'off', which is for measuring, wants that.
  if (limits.shrinkOnLoad === 'off' && header.channels === 3) input.pipelineColourspace('srgb')
  const isEnlarged = plan.widthPx > header.widthPx || plan.heightPx > header.heightPx
  const isOurs = isEnlarged && interpolation !== 'nearest'
  const widthPx = isOurs ? Math.min(plan.widthPx, header.widthPx) : plan.widthPx
  const heightPx = isOurs ? Math.min(plan.heightPx, header.heightPx) : plan.heightPx
  input
    .resize(widthPx, heightPx, {
      fit: 'fill',
      kernel: kernels[interpolation],
      fastShrinkOnLoad: limits.shrinkOnLoad === 'fast',
    })
    // White is what a transparent picture is nearly always shown on; dropping alpha shows colours never meant to be seen.
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    // Gives the thread back; a little late, so that the deadline is what the photo fails by.
    .timeout({ seconds: Math.ceil(limits.decodeTimeoutMs / 1000) + 1 })
    .raw()
  const run = (): Promise<Buffer> => withDeadline(() => input.toBuffer(), limits.decodeTimeoutMs)
  if (isOurs) return resample({ widthPx, heightPx, pixels: await run() }, plan, interpolation)
  const isCropped = plan.widthPx !== plan.crop.width || plan.heightPx !== plan.crop.height
  if (isCropped) input.extract(plan.crop)
  return run()
}

/** Takes resized pixels from their own profile to sRGB. */
async function convertToSrgb(
  pixels: Buffer,
  width: number,
  height: number,
  profile: Buffer,
  limits: DecodeLimits,
): Promise<Buffer> {
  const input = sharp(tiffWithProfile(pixels, width, height, profile))
    .toColourspace('srgb')
    .raw()
  return withDeadline(() => input.toBuffer(), limits.decodeTimeoutMs)
}

/**
 * [Note: damaged or merely untidy] libjpeg decodes damaged data to grey areas and only warns, so warnings must fail,
 * except where the header of a sound camera photo causes them. Other decoders warn of trifles such as unknown tags.
 */
function strictness(header: PhotoHeader, isJpeg: boolean): PipelineOptions['failOn'] {
  if (!isJpeg) return 'error'
  return header.isUntidy ? 'truncated' : 'warning'
}

/**
 * Decodes a file, or pixels decoded elsewhere, into `framing`'s height * width * 3 bytes of sRGB.
 * Throws PhotoError.
 */
export async function decodeWithSharp(
  source: string | RawPhoto,
  header: PhotoHeader,
  framing: Framing,
  limits: DecodeLimits,
  isJpeg: boolean,
): Promise<Buffer> {
  const { width, height } = framing
  const { profile } = header
  // RGB profiles are applied to the small result (and not by sharp, which leaves 16-bit photos in Display P3).
  // CMYK and grey ones need the original channels, so sharp applies them to the whole photo.
  const isRgb = profile !== null && profileSpace(profile) === 'RGB'
  const options = { failOn: strictness(header, isJpeg), ignoreIcc: profile === null || isRgb }
  return guard(async () => {
    const pixels = await runPipeline(source, header, framing, limits, options)
    if (pixels.length !== width * height * 3) {
      throw new PhotoError('unsupported', 'This kind of image is not supported.')
    }
    return isRgb && !isSrgbProfile(profile) ? convertToSrgb(pixels, width, height, profile, limits) : pixels
  })
}
