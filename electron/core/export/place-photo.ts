// Puts a photo into a data set: a copy, or a link to where it lies.
import { access, constants, copyFile, link, realpath, stat, symlink } from 'node:fs/promises'
import type { PhotoPlacement } from '../../contract/exports.ts'
import { AppError } from '../../contract/errors.ts'
import { errorCode, explainReadError } from '../library/file-errors.ts'
import { isSameState, stateOfFile } from '../library/file-state.ts'
import type { KnownFile } from '../store/files.ts'

/** Null when it is there; else why this photo could not be taken. Throws where the data set cannot be written. */
export async function placePhoto(
  known: KnownFile,
  target: string,
  placement: Exclude<PhotoPlacement, 'none'>,
): Promise<string | null> {
  const changed = await findChange(known)
  if (changed !== null) return changed
  try {
    if (placement === 'symlink') await symlink(known.path, target, 'file')
    // A hard link to a link would be another link, which breaks when the first one goes.
    else if (placement === 'hard') await link(await realpath(known.path), target)
    else await copyFile(known.path, target, constants.COPYFILE_FICLONE)
    return null
  } catch (error) {
    const reason = await explainUnreadable(known.path)
    if (reason !== null) return reason
    if (placement === 'copy') throw error
    throw explainNoLink(error, target, placement)
  }
}

/** Labels belong to the content that was identified; a file that was replaced since is another photo. */
export async function findChange(known: KnownFile): Promise<string | null> {
  try {
    return isSameState(known, stateOfFile(await stat(known.path)))
      ? null
      : 'It was changed since its folder was scanned; scan it again.'
  } catch (error) {
    return explainReadError(error, known.path)
  }
}

async function explainUnreadable(path: string): Promise<string | null> {
  try {
    await access(path, constants.R_OK)
    return null
  } catch (error) {
    return explainReadError(error, path)
  }
}

function explainNoLink(error: unknown, target: string, placement: 'hard' | 'symlink'): unknown {
  const code = errorCode(error)
  if (code === null || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') return error
  const why =
    code === 'EXDEV'
      ? 'the photos lie on another drive'
      : `the system or the drive does not allow it: ${code}`
  const kind = placement === 'hard' ? 'Hard links' : 'Symbolic links'
  return new AppError('output-unwritable', `${kind} are not possible at ${target} (${why}). Choose copies.`, {
    cause: error,
  })
}
