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

/** The folders without doubles and without those that lie in another one of them, in order. */
export function outermostFolders(folders: readonly string[]): string[] {
  const paths = [...new Set(folders.map(libraryPath))].sort()
  return paths.filter(
    (path) => !paths.some((other) => other !== path && path.startsWith(folderRange(other).from)),
  )
}

/** The deepest folder that is or holds each of the folders; '/' where they share nothing. */
export function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => libraryPath(folder).split('/'))
  const depth = Math.min(
    first.length,
    ...others
      .map((other) => first.findIndex((name, index) => other[index] !== name))
      .filter((index) => index >= 0),
  )
  return first.slice(0, depth).join('/') || '/'
}
