// Paths as the library writes them: absolute, '/'-separated, ordered by their bytes.
import { resolve, sep } from 'node:path'

/** The one spelling of a path: absolute, '/'-separated, without a '/' at the end unless it is a root. */
export function libraryPath(path: string): string {
  const absolute = resolve(path)
  return sep === '\\' ? absolute.replaceAll('\\', '/') : absolute
}

/** The range `path >= from AND path < to` that holds exactly the paths under a folder: '0' is the byte after '/'. */
export function folderRange(folder: string): { readonly from: string; readonly to: string } {
  const path = libraryPath(folder)
  const base = path.endsWith('/') ? path.slice(0, -1) : path
  return { from: `${base}/`, to: `${base}0` }
}
