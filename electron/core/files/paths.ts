// Ranges of paths for the library's queries, where paths are ordered by their bytes.
import { libraryPath } from '../../common/library-path.ts'

/** The range `path >= from AND path < to` that holds exactly the paths under a folder: '0' is the byte after '/'. */
export function folderRange(folder: string): { readonly from: string; readonly to: string } {
  const path = libraryPath(folder)
  const base = path.endsWith('/') ? path.slice(0, -1) : path
  return { from: `${base}/`, to: `${base}0` }
}
