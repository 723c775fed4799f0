// Errors of the file system as sentences for users.
import { errorCode } from '../../common/errno.ts'
import { RefusedFile } from '../../common/open-file.ts'
import { MessageError, msg, type Message } from '../../texts/message.ts'

export function isGone(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Returns why `path` could not be read and what to do. Rethrows an error that is not of the file system. */
export function explainReadError(error: unknown, path: string): Message {
  if (error instanceof RefusedFile) return error.translatable
  const code = errorCode(error)
  if (code === null) throw error
  // Node puts U+FFFD where a name on disk is not valid Unicode; such a path cannot be opened.
  if (path.includes('\uFFFD')) return msg('Its name is not valid text; rename it.')
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return msg('Reading it is not allowed; change its permissions.')
    case 'ENOENT':
    case 'ENOTDIR':
      return msg('It is not there any more, or is a link that leads nowhere.')
    case 'ELOOP':
      return msg('It is a link that leads to itself; remove it.')
    case 'ENAMETOOLONG':
      return msg('Its path is too long; move it up or shorten the names.')
    case 'EBUSY':
      return msg('Another program is using it; close that program.')
    case 'EMFILE':
    case 'ENFILE':
      return msg('Too many files are open on this computer; close other programs.')
    default:
      return msg('The drive reported an error ({{code}}); check that it is connected and healthy.', { code })
  }
}

/** Why a file could not be written, for a user. Rethrows an error that is not of the file system. */
export function explainWriteError(error: unknown): Message {
  if (error instanceof MessageError) return error.translatable
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return msg('Writing there is not allowed; change the permissions of the file and its folder.')
    case 'EBUSY':
      return msg('Another program is using it; close that program.')
    case 'ENOENT':
    case 'ENOTDIR':
      return msg('It is not there any more; scan again.')
    case 'ENAMETOOLONG':
      return msg('Its path is too long; move it up or shorten the names.')
    case 'ENOSPC':
    case 'EDQUOT':
      return msg('There is no room on its drive; free some space.')
    case null:
      throw error
    default:
      return msg('The drive reported an error ({{code}}); check that it is connected and healthy.', {
        code: errorCode(error) ?? '',
      })
  }
}
