// Compares paths by what is really there: links are followed as far as something exists.
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../../common/errno.ts'
import { libraryPath } from '../../common/library-path.ts'

/** The real path, also of a file that is yet to be made. */
export async function realPathOf(named: string): Promise<string> {
  const absolute = path.resolve(named)
  try {
    return await realpath(absolute)
  } catch (error) {
    const parent = path.dirname(absolute)
    // A name that no file can have lies nowhere: the core says so.
    if (parent === absolute || errorCode(error) === 'ERR_INVALID_ARG_VALUE') return absolute
    return path.join(await realPathOf(parent), path.basename(absolute))
  }
}

/** Whether the real path is that of one of these. */
export async function isOneOf(real: string, paths: Iterable<string>): Promise<boolean> {
  for (const one of paths) if (libraryPath(real) === libraryPath(await realPathOf(one))) return true
  return false
}

/** Whether the real path is that of one of the folders, or below one. */
export async function isInAny(real: string, folders: Iterable<string>): Promise<boolean> {
  for (const folder of folders) if (namesBelow(real, await realPathOf(folder)) !== null) return true
  return false
}

/** The same for paths without a hidden name below the folder. */
export async function isVisibleInAny(real: string, folders: Iterable<string>): Promise<boolean> {
  for (const folder of folders)
    if (namesBelow(real, await realPathOf(folder))?.every((name) => !name.startsWith('.')) === true)
      return true
  return false
}

/** The names below `folder`; null for a path that is not in it. */
function namesBelow(real: string, folder: string): string[] | null {
  const [inner, outer] = [libraryPath(real), libraryPath(folder)]
  if (inner === outer) return []
  const start = outer.endsWith('/') ? outer : `${outer}/`
  return inner.startsWith(start) ? inner.slice(start.length).split('/') : null
}
