// How much of the machine one photo may take; protects against mistakes and hostile files alike.
import { PhotoError } from './photo-error.ts'

/**
 * When a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, which is several times faster for camera photos.
 * `careful` leaves at least a factor of two to the resampling filter, `fast` as little as 1.25, `off` decodes in full.
 */
export type ShrinkOnLoad = 'off' | 'careful' | 'fast'

export interface DecodeLimits {
  /** Width times height of the original. */
  readonly maxPixels: number
  /** Wall time for one photo, from the moment a decoder starts on it. */
  readonly decodeTimeoutMs: number
  /** Formats that are read whole into memory (BMP, HEIC) may not be larger than this. */
  readonly maxWholeFileBytes: number
  readonly shrinkOnLoad: ShrinkOnLoad
}

/**
 * 268 megapixels (16384 x 16384) is above every single-shot camera (200 MP phones) and needs about 1 GB at worst,
 * which a machine with 8 GB has; what is larger is a stitched panorama or an attack.
 */
export const defaultLimits: DecodeLimits = {
  maxPixels: 16_384 * 16_384,
  decodeTimeoutMs: 30_000,
  maxWholeFileBytes: 256 * 1024 * 1024,
  shrinkOnLoad: 'careful',
}

/** Throws PhotoError 'too-large' or 'corrupt' where the size is not one that may be decoded. */
export function checkSize(widthPx: number, heightPx: number, maxPixels: number): void {
  if (widthPx < 1 || heightPx < 1)
    throw new PhotoError('corrupt', 'The file is damaged: the photo has no size.')
  if (widthPx * heightPx <= maxPixels) return
  const megapixels = Math.ceil((widthPx * heightPx) / 1e6)
  const limit = Math.floor(maxPixels / 1e6)
  throw new PhotoError('too-large', `The photo has ${megapixels} megapixels; the limit is ${limit}.`)
}

/** Rejects with PhotoError 'timeout' when `work` has not settled in time; the work itself is not stopped. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new PhotoError('timeout', 'The photo took too long to open.'))
    }, timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
