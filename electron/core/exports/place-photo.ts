// Puts a photo into a dataset: a copy, or a link to the original.
import { access, constants, link, open, realpath, stat, symlink, unlink } from 'node:fs/promises'
import { errorCode, isDiskFull } from '../../common/errno.ts'
import type { PhotoPlacement } from '../../contract/exports.ts'
import { AppError } from '../../contract/errors.ts'
import { explainReadError } from '../files/file-errors.ts'
import { isSameStamp, stampOf } from '../../common/file-stamp.ts'
import { openRegular, RefusedFile } from '../../common/open-file.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { KnownFile } from '../store/tables/files-read.ts'

const copiedAtOnceBytes = 1024 * 1024

/** Returns null on success, else why this photo could not be taken. Throws where the dataset cannot be written. */
export async function placePhoto(
  known: KnownFile,
  target: string,
  placement: Exclude<PhotoPlacement, 'none'>,
): Promise<Message | null> {
  const changed = placement === 'copy' ? null : await findChange(known)
  if (changed !== null) return changed
  try {
    if (placement === 'symlink') await symlink(known.path, target, 'file')
    // A hard link to a symbolic link would be another symbolic link.
    else if (placement === 'hard') await link(await realpath(known.path), target)
    else await copyPhoto(known, target)
    return null
  } catch (error) {
    if (error instanceof RefusedFile) return error.translatable
    const reason = await explainUnreadable(known.path)
    if (reason !== null) return reason
    if (placement === 'copy') throw error
    throw explainNoLink(error, target, placement)
  }
}

const changedSince = msg('It was changed since its folder was scanned; scan it again.')

/** Copies what was opened and compared, whatever the path names meanwhile. Throws RefusedFile. */
async function copyPhoto(known: KnownFile, target: string): Promise<void> {
  const { handle, stats } = await openRegular(known.path)
  await using source = handle
  if (!isSameStamp(known, stampOf(stats))) throw new RefusedFile(changedSince)
  await using copy = await open(target, 'wx')
  for await (const chunk of source.createReadStream({ autoClose: false, highWaterMark: copiedAtOnceBytes }))
    // Not write(), which on a full disk writes a part and reports success.
    await copy.appendFile(chunk as Buffer)
  // Another program may have written into it meanwhile.
  if (isSameStamp(known, stampOf(await source.stat()))) return
  await unlink(target)
  throw new RefusedFile(changedSince)
}

/** Labels belong to the content that was identified; a file that was replaced since is another photo. */
export async function findChange(known: KnownFile): Promise<Message | null> {
  try {
    return isSameStamp(known, stampOf(await stat(known.path))) ? null : changedSince
  } catch (error) {
    return explainReadError(error, known.path)
  }
}

async function explainUnreadable(path: string): Promise<Message | null> {
  try {
    await access(path, constants.R_OK)
    return null
  } catch (error) {
    return explainReadError(error, path)
  }
}

function explainNoLink(error: unknown, target: string, placement: 'hard' | 'symlink'): unknown {
  const code = errorCode(error)
  if (code === null || code === 'EROFS' || isDiskFull(error)) return error
  const why =
    code === 'EXDEV'
      ? msg('the photos lie on another drive')
      : msg('the system or the drive does not allow it: {{code}}', { code })
  const kind = placement === 'hard' ? msg('Hard links') : msg('Symbolic links')
  return new AppError(
    'output-unwritable',
    msg('{{kind}} are not possible at {{target}} ({{why}}). Choose copies.', { kind, target, why }),
    {
      cause: error,
    },
  )
}
