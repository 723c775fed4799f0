// Whether the image that a file holds now is the one that lay there before, edited.
import { exifDate } from '../../common/exif-block.ts'

/** What is known of the photo that lay at a path. */
export interface EarlierPhoto {
  /** Capture time and camera; null where EXIF has neither, or where no file of it was read since libraries keep it. */
  readonly shot: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly takenAtMs: number | null
  /** Whether its identity is known, so that the new image certainly is another one. */
  readonly isLearned: boolean
}

export interface FoundPhoto {
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly isTurned: boolean
  readonly takenAt: string | null
  readonly offset: string | null
  readonly camera: string | null
}

/** Rounding of a photo that is saved smaller changes its ratio by less. */
const ratioTolerance = 0.01

/** Capture time and camera as one text; null where EXIF has neither. */
export const shotOf = ({ takenAt, camera }: FoundPhoto): string | null =>
  takenAt === null && camera === null ? null : `${takenAt ?? ''} ${camera ?? ''}`

/**
 * `same`: nothing says that the image is another one, since only the metadata may have changed. `edited`: it is that
 * photo with another image, for example cropped. `other`: it is another photo.
 */
export function likenessOf(earlier: EarlierPhoto, found: FoundPhoto): 'same' | 'edited' | 'other' {
  if (!earlier.isLearned) return isLikelySame(earlier, found) ? 'same' : 'edited'
  const shot = shotOf(found)
  if (earlier.shot !== null && shot !== null) return earlier.shot === shot ? 'edited' : 'other'
  const [before, now] = [ratioOf(earlier), ratioOf(found)]
  if (before === null || now === null) return 'other'
  return Math.abs(now / before - 1) <= ratioTolerance ? 'edited' : 'other'
}

/** Of a photo whose image data was never separated from its metadata: the size is the same, and no time says otherwise. */
function isLikelySame(earlier: EarlierPhoto, found: FoundPhoto): boolean {
  const sizes = [earlier, found].map(({ widthPx, heightPx }) =>
    widthPx === null || heightPx === null
      ? null
      : [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)].join('x'),
  )
  if (sizes[0] === null || sizes[0] !== sizes[1]) return false
  const takenAtMs = found.takenAt === null ? null : (exifDate(found.takenAt, found.offset)?.ms ?? null)
  return earlier.takenAtMs === null || takenAtMs === null || earlier.takenAtMs === takenAtMs
}

/** Long side to short side: a rotated photo has the same. */
function ratioOf({ widthPx, heightPx }: Pick<FoundPhoto, 'widthPx' | 'heightPx'>): number | null {
  if (widthPx === null || heightPx === null || widthPx <= 0 || heightPx <= 0) return null
  return Math.max(widthPx, heightPx) / Math.min(widthPx, heightPx)
}
