// Moves a finished file to its target, only if nothing has changed there since it was checked.
import { linkSync, lstatSync, renameSync } from 'node:fs'
import { errorCode } from '../../common/errno.ts'
import { isUntouched } from '../files/file-numbers.ts'
import { renameToFreeName } from '../files/rename-to-free-name.ts'
import type { OutputTarget } from './target.ts'

/**
 * Returns false, and does nothing, where another file is there now, or it was written to. Check and rename are
 * synchronous, so that nothing else in this program runs between them; a new name is created by a call that fails where
 * it exists. Throws what the file system throws.
 */
export function placeFile(temporary: string, { path, stats }: OutputTarget): boolean {
  if (stats === null) return placeNew(temporary, path)
  const now = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (now === undefined || !isUntouched(stats, now)) return false
  renameSync(temporary, path)
  return true
}

function placeNew(temporary: string, path: string): boolean {
  try {
    // Unlike a rename, a link never replaces. The caller removes the temporary name.
    linkSync(temporary, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    // exFAT and many network drives have no hard links; any other error occurs once more.
    return renameToFreeName(temporary, path)
  }
}
