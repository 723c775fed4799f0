// What a photo's file, or the sidecar beside it, says about it: keywords, rating, title, place, camera, lens and date.

export interface FileMetadata {
  /** Names of labels; see [Note: keywords]. */
  readonly keywords: readonly string[]
  /** 1..5 stars; 0: none given; -1: rejected. Null where the file says nothing. */
  readonly rating: number | null
  readonly title: string | null
  /** Degrees, north and east positive. */
  readonly latitude: number | null
  readonly longitude: number | null
  readonly camera: string | null
  readonly lens: string | null
  /** ISO 8601 in the camera's time, with its offset where it is known. */
  readonly takenAt: string | null
  /** Whether a short video lies in the file, as in a motion photo. */
  readonly isMotion: boolean
}
