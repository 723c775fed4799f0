// Everything done with libvips (through sharp): decode, orient, colours to sRGB, resize, crop - in one pass.
import sharp from 'sharp'
import type { Framing, Interpolation } from '../../../models/config/preprocessing.ts'
import type { PhotoFormat } from '../../contract/formats.ts'
import type { PhotoLimits } from '../../contract/inference.ts'
import { msg } from '../../texts/message.ts'
import { decodeLimitMs } from './cpu-budget.ts'
import { withDeadline } from './deadline.ts'
import { isSrgbProfile, profileSpace, tiffWithProfile } from './icc.ts'
import type { PhotoHeader } from './jpeg-header.ts'
import type { DecodeLimits } from './limits.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'
import { resample, resampleSquare } from './resample.ts'
import { planResize, withinPhoto, type ResizePlan } from './resize-plan.ts'
import { meansDamage, openSharp, runNative } from './run-native.ts'
import type { TiffHeader } from './tiff-header.ts'

// Every photo is decoded once, so libvips needs no cache; and photos run side by side, so one thread each.
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

/** How much longer than its processor time a photo may take by the clock. */
const busyFactor = 10

/** The header as libvips reads it. Throws PhotoError. */
export async function readHeader(file: Buffer, limits: DecodeLimits): Promise<PhotoHeader> {
  const { autoOrient, channels, icc } = await runNative(
    () =>
      withDeadline(
        () => openSharp(file, { limitInputPixels: false, failOn: 'none' }).metadata(),
        limits.decodeTimeoutMs,
      ),
    false,
  )
  const { width, height } = autoOrient
  return { widthPx: width, heightPx: height, channels, profile: icc ?? null, isNonStandard: false }
}

/** The EXIF block (a TIFF without pixels) anywhere in the file; null where there is none or it cannot be read. */
export async function readExifBlock(file: Buffer, { decodeTimeoutMs }: PhotoLimits): Promise<Buffer | null> {
  const input = openSharp(file, { limitInputPixels: false, failOn: 'none' })
  try {
    const { exif } = await runNative(() => withDeadline(() => input.metadata(), decodeTimeoutMs), false)
    if (exif === undefined) return null
    return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif
  } catch {
    return null
  }
}

/**
 * [Note: whole photo] The part of a resized photo that the model sees. It is not cut out by libvips, which would then not
 * decode what the crop leaves out, nor reach the end of the file, where libjpeg and libpng tell of damage before it.
 */
function cropped(pixels: Buffer, { widthPx, heightPx, crop }: ResizePlan): Buffer {
  if (widthPx === crop.width && heightPx === crop.height) return pixels
  if (pixels.length !== widthPx * heightPx * 3) return pixels
  const rowBytes = crop.width * 3
  const out = Buffer.allocUnsafeSlow(rowBytes * crop.height)
  for (let row = 0; row < crop.height; row++) {
    const from = ((crop.top + row) * widthPx + crop.left) * 3
    pixels.copy(out, row * rowBytes, from, from + rowBytes)
  }
  return out
}

/** Puts the part of a photo that the model sees on a ground of `fill`, where the model sees more than the photo. */
function withGround(
  pixels: Buffer,
  whole: ResizePlan,
  part: ResizePlan,
  fill: Framing['crop']['fill'],
): Buffer {
  const { width, height, left, top } = whole.crop
  const { crop } = part
  const isWhole = crop.width === width && crop.height === height
  if (isWhole || pixels.length !== crop.width * crop.height * 3) return pixels
  const out = Buffer.alloc(width * height * 3, Uint8Array.from(fill))
  const rowBytes = crop.width * 3
  for (let row = 0; row < crop.height; row++) {
    const to = ((crop.top - top + row) * width + crop.left - left) * 3
    pixels.copy(out, to, row * rowBytes, (row + 1) * rowBytes)
  }
  return out
}

/**
 * Photos that are padded first are made this many times as large as the input by libvips, and resampled to it here; the
 * difference from one step cannot be seen.
 */
const paddedScale = 4

/** What is decoded. */
export interface DecodeSource {
  /** The content of a file, or pixels that were decoded elsewhere. */
  readonly input: Buffer | RawPhoto
  readonly format: PhotoFormat
  /** Null where it is no TIFF or not known. */
  readonly tiff: TiffHeader | null
  /** Whether values of 16 to 235 are meant as 0 to 255. */
  readonly isLimitedGrey: boolean
}

/** Stretches values of limited range, in place. */
function stretchRange(pixels: Buffer): void {
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = Math.max(0, Math.min(255, Math.round((((pixels[at] ?? 0) - 16) * 255) / 219)))
}

interface PipelineOptions {
  readonly failOn: 'error' | 'warning'
  readonly ignoreIcc: boolean
  /** Whether libvips decodes only those parts of a row that are asked for. */
  readonly isTiled: boolean
}

async function runPipeline(
  source: DecodeSource['input'],
  header: PhotoHeader,
  framing: Framing,
  limits: DecodeLimits,
  options: PipelineOptions,
): Promise<Buffer> {
  const { interpolation, resize } = framing
  const limitMs = decodeLimitMs(limits, header.widthPx * header.heightPx)
  const whole = planResize(header.widthPx, header.heightPx, framing)
  const plan = withinPhoto(whole)
  const { failOn, ignoreIcc } = options
  const settings = { failOn, ignoreIcc, limitInputPixels: limits.maxPixels, autoOrient: true }
  const input = Buffer.isBuffer(source)
    ? openSharp(source, settings)
    : openSharp(source.pixels, {
        ...settings,
        raw: { width: source.widthPx, height: source.heightPx, channels: source.channels },
      })
  // Naming the space in which to work makes sharp decode in full; only 'off', which is for measuring, wants that.
  if (limits.shrinkOnLoad === 'off' && header.channels === 3) input.pipelineColourspace('srgb')
  const isEnlarged = plan.widthPx > header.widthPx || plan.heightPx > header.heightPx
  const isResampledHere = isEnlarged && interpolation !== 'nearest'
  const isSquare = resize.rule === 'square'
  const longPx = Math.max(header.widthPx, header.heightPx)
  const shrink = isSquare ? Math.min(1, (paddedScale * resize.sizePx) / longPx) : 1
  const [widthPx, heightPx] = isSquare
    ? [Math.max(1, Math.round(header.widthPx * shrink)), Math.max(1, Math.round(header.heightPx * shrink))]
    : isResampledHere
      ? [Math.min(plan.widthPx, header.widthPx), Math.min(plan.heightPx, header.heightPx)]
      : [plan.widthPx, plan.heightPx]
  input
    .resize(widthPx, heightPx, {
      fit: 'fill',
      kernel: kernels[interpolation],
      fastShrinkOnLoad: limits.shrinkOnLoad === 'fast',
    })
    // White is what a transparent picture is nearly always shown on; dropping alpha shows colours never meant to be seen.
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    // Frees the thread some time; this one is by the clock, so it has to leave room for a busy machine.
    .timeout({ seconds: Math.min(3600, Math.ceil((limitMs / 1000) * busyFactor)) })
    .raw()
  const run = (): Promise<Buffer> => withDeadline(() => input.toBuffer(), limitMs)
  const { fill } = framing.crop
  if (isSquare) {
    const kernel = interpolation === 'nearest' ? 'bilinear' : interpolation
    return resampleSquare({ widthPx, heightPx, pixels: await run() }, header, resize.sizePx, kernel, fill)
  }
  if (isResampledHere)
    return withGround(
      resample({ widthPx, heightPx, pixels: await run() }, plan, interpolation),
      whole,
      plan,
      fill,
    )
  if (options.isTiled) return withGround(cropped(await run(), plan), whole, plan, fill)
  // Rows come whole out of these decoders: columns that are not resized only save time.
  const { crop } = plan
  if (plan.widthPx !== crop.width)
    input.extract({ left: crop.left, top: 0, width: crop.width, height: plan.heightPx })
  const columns = { ...plan, widthPx: crop.width, crop: { ...crop, left: 0 } }
  return withGround(cropped(await run(), columns), whole, plan, fill)
}

/**
 * The colours of a TIFF without the channels behind them, in full size: when it resizes, sharp multiplies the colours by
 * whatever is in the fourth channel.
 */
async function withoutOtherChannels(
  input: Buffer,
  pixels: number,
  limits: DecodeLimits,
  options: PipelineOptions,
): Promise<RawPhoto> {
  const image = openSharp(input, { ...options, limitInputPixels: limits.maxPixels, autoOrient: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
  const { data, info } = await withDeadline(
    () => image.toBuffer({ resolveWithObject: true }),
    decodeLimitMs(limits, pixels),
  )
  if (info.channels !== 3) throw new PhotoError('unsupported', msg('This kind of image is not supported.'))
  return {
    widthPx: info.width,
    heightPx: info.height,
    channels: 3,
    pixels: Uint8Array.from(data),
    profile: null,
  }
}

/** Converts resized pixels from their own profile to sRGB. */
async function convertToSrgb(
  pixels: Buffer,
  width: number,
  height: number,
  profile: Buffer,
  limits: DecodeLimits,
): Promise<Buffer> {
  const input = openSharp(tiffWithProfile(pixels, width, height, profile))
    .toColourspace('srgb')
    .raw()
  return withDeadline(() => input.toBuffer(), limits.decodeTimeoutMs)
}

/** Whether sharp failed for warnings that mean no damage, such as unknown tags. */
const isHarmless = (error: unknown): boolean =>
  error instanceof Error &&
  error.message.startsWith('Warning treated as error') &&
  !meansDamage(error.message)

/**
 * How strictly to decode. For JPEG see [Note: JPEG warnings]. Other decoders warn of harmless things such as unknown
 * tags; but libvips is silent about broken tiles of a TIFF unless warnings fail.
 */
async function runStrictly(
  source: DecodeSource,
  run: (failOn: PipelineOptions['failOn']) => Promise<Buffer>,
): Promise<Buffer> {
  if (source.format === 'jpeg') return run('warning')
  if (source.tiff?.isTiled !== true) return run('error')
  try {
    return await run('warning')
  } catch (error) {
    if (isHarmless(error)) return run('error')
    throw error
  }
}

/**
 * Decodes a file, or pixels decoded elsewhere, into `framing`'s height * width * 3 bytes of sRGB.
 * Throws PhotoError.
 */
export async function decodeWithSharp(
  source: DecodeSource,
  header: PhotoHeader,
  framing: Framing,
  limits: DecodeLimits,
): Promise<Buffer> {
  const { width, height } = framing
  const { profile } = header
  // RGB profiles are applied to the small result (and not by sharp, which leaves 16-bit photos in Display P3).
  // CMYK and grey ones need the original channels, so sharp applies them to the whole photo.
  const isRgb = profile !== null && profileSpace(profile) === 'RGB'
  const ignoreIcc = profile === null || isRgb
  return runNative(async () => {
    const pixels = await runStrictly(source, async (failOn) => {
      const { input, tiff } = source
      const options = { failOn, ignoreIcc, isTiled: tiff?.isTiled ?? false }
      const hasOthers = tiff?.hasOtherChannels === true && Buffer.isBuffer(input)
      const colours = hasOthers
        ? await withoutOtherChannels(input, header.widthPx * header.heightPx, limits, options)
        : input
      return runPipeline(colours, header, framing, limits, options)
    })
    if (pixels.length !== width * height * 3) {
      throw new PhotoError('unsupported', msg('This kind of image is not supported.'))
    }
    if (source.isLimitedGrey) stretchRange(pixels)
    return isRgb && !isSrgbProfile(profile) ? convertToSrgb(pixels, width, height, profile, limits) : pixels
  }, true)
}
