// The stars and the flag of a photo: what the user said of each, else what the photo's files say.
import type { Flag } from '../../contract/domain.ts'

/** What the user said; null where that is nothing. */
export interface OwnRating {
  readonly stars: number | null
  readonly flag: Flag | 'none' | null
}

export interface Rating {
  /** 0..5; 0 is none. */
  readonly stars: number
  readonly flag: Flag | null
}

/** In files, as Lightroom and Bridge write it: a rejected photo, which has no stars then. */
export const rejectedRating = -1

const flagOfCode: ReadonlyMap<number, Flag | 'none'> = new Map([
  [1, 'pick'],
  [0, 'none'],
  [-1, 'reject'],
])

/** As the store keeps it. */
export const codeOfFlag = { pick: 1, none: 0, reject: -1 } as const
export const flagOf = (code: number | null): OwnRating['flag'] =>
  code === null ? null : (flagOfCode.get(code) ?? null)

/** @param fromFile -1..5, as `FileMetadata.rating` */
export function ratingOf({ stars, flag }: OwnRating, fromFile: number | null): Rating {
  const isRejectedInFile = fromFile === rejectedRating
  return {
    stars: stars ?? Math.max(0, fromFile ?? 0),
    flag: flag === null ? (isRejectedInFile ? 'reject' : null) : flag === 'none' ? null : flag,
  }
}

/**
 * Returns what a file's xmp:Rating is to become; null where it stays as it is. Of what the user did not say, the file's
 * own word stays. A pick has no place there.
 * @param present what the file says now
 */
export function ratingToWrite(own: OwnRating, present: number | null): number | null {
  if (own.stars === null && own.flag === null) return null
  const { stars, flag } = ratingOf(own, present)
  const wanted = flag === 'reject' ? rejectedRating : stars
  return wanted === (present ?? 0) ? null : wanted
}
