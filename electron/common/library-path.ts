// The one spelling of a path in libraries and calls of the core.
import path, { type PlatformPath } from 'node:path'

/** Absolute, '/'-separated, without a '/' at the end unless it is a root. */
export const libraryPath = (file: string): string => toLibraryPath(file, path)

/** A drive with a slash, or a share: absolute on Windows. */
const windowsAbsolute = /^([A-Za-z]:[\\/]|\\\\[^\\/])/

/**
 * The same as on the system of `paths`. A library may come from a machine with another one, on a drive with its photos:
 * its absolute paths are kept as they are, and lead nowhere here.
 */
export function toLibraryPath(file: string, paths: PlatformPath): string {
  const isWindows = paths.sep === '\\'
  const isForeign = isWindows ? /^\/(?!\/)/.test(file) : windowsAbsolute.test(file)
  const absolute = isForeign ? file : paths.resolve(file)
  return isWindows || isForeign ? absolute.replaceAll('\\', '/') : absolute
}
