// The resources that decoding one photo may take; protects against mistakes and hostile files alike.
import { defaultPhotoLimits, type PhotoLimits } from '../../contract/inference.ts'
import { msg } from '../../texts/message.ts'
import { PhotoError } from './photo-error.ts'

/**
 * When a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, which is several times faster for camera photos.
 * `careful` leaves at least a factor of two to the resampling filter, `fast` as little as 1.25, `off` decodes in full.
 */
export type ShrinkOnLoad = 'off' | 'careful' | 'fast'

export interface DecodeLimits extends PhotoLimits {
  /** Formats that are read whole into memory (BMP, HEIC) may not be larger than this. */
  readonly maxWholeFileBytes: number
  readonly shrinkOnLoad: ShrinkOnLoad
}

export const defaultLimits: DecodeLimits = {
  ...defaultPhotoLimits,
  maxWholeFileBytes: 256 * 1024 * 1024,
  shrinkOnLoad: 'careful',
}

/** Throws PhotoError 'too-large' or 'corrupt' where the size is not one that may be decoded. */
export function checkSize(widthPx: number, heightPx: number, maxPixels: number): void {
  if (widthPx < 1 || heightPx < 1)
    throw new PhotoError('corrupt', msg('The file is damaged: the photo has no size.'))
  if (widthPx * heightPx <= maxPixels) return
  const megapixels = Math.ceil((widthPx * heightPx) / 1e6)
  const limit = Math.floor(maxPixels / 1e6)
  throw new PhotoError(
    'too-large',
    msg('The photo has {{megapixels}} megapixels; the limit is {{limit}}.', { megapixels, limit }),
  )
}
