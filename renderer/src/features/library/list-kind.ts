// Which list the library shows, how, and where in it the user is.
import type { PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import type { ListKind } from '../../grid/photo-list.ts'

/** Where to go back to. */
export interface ListPlace {
  readonly filter: PhotoFilter
  readonly sort: PhotoSort
  /** The order before labels were asked for. */
  readonly sortBefore: PhotoSort | null
  readonly index: number
}

/** Tiles, rows of text, or files with problems. */
export function listKind({ states, failedIn }: PhotoFilter, isTable: boolean): ListKind {
  // Files with problems are a list with reasons, not pictures.
  const areProblems =
    failedIn !== null ||
    (states.length > 0 && states.every((state) => state === 'failed' || state === 'skipped'))
  return areProblems ? 'problems' : isTable ? 'table' : 'tiles'
}
