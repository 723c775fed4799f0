// Which list the library shows.
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'
import type { ListKind } from '../../grid/photo-list.ts'

/** Tiles, rows of text, or files with problems. */
export function listKind({ states, failedIn }: PhotoFilter, isTable: boolean): ListKind {
  // Files with problems are a list with reasons, not pictures.
  const areProblems =
    failedIn !== null ||
    (states.length > 0 && states.every((state) => state === 'failed' || state === 'skipped'))
  return areProblems ? 'problems' : isTable ? 'table' : 'tiles'
}
