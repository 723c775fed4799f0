// Turns what SQLite reports into one sentence that names the library file and says what to do.
import { AppError } from '../../contract/errors.ts'
import { newestBackup } from './backup-list.ts'

/** `library-corrupt` with the way back: the newest backup, or the tool that reads what is left. */
export function corruptLibrary(file: string, what: string, cause?: unknown): AppError {
  const backup = newestBackup(file)
  const remedy =
    backup === null
      ? `There is no backup; keep the file, its labels may be saved with "sqlite3 '${file}' .recover".`
      : `Move it away together with '${file}-wal' and '${file}-shm', and put the backup '${backup}' in its place.`
  return new AppError(
    'library-corrupt',
    `The library '${file}' is damaged (${what
      .replace(/\*+ in database \w+ \*+/, '')
      .trim()
      .replaceAll('\n', '; ')}). ${remedy}`,
    { cause },
  )
}

/** `library-unwritable` for a library whose file or folder refuses to be written. */
export function unwritableLibrary(file: string, cause: unknown): AppError {
  const message =
    `The library '${file}' cannot be written. ` +
    'Check that the file and its folder allow writing, or choose another place.'
  return new AppError('library-unwritable', message, { cause })
}

/** The expected failure behind an SQLite result code such as `SQLITE_BUSY_SNAPSHOT`; `internal` for a mistake of ours. */
export function toAppError(code: string, cause: Error, file: string): AppError {
  switch (code.split('_')[1] ?? '') {
    case 'BUSY':
    case 'LOCKED':
      return new AppError(
        'library-locked',
        `The library '${file}' is being written by another program. Close the other Labelroom, then try again.`,
        { cause },
      )
    case 'FULL':
      return new AppError(
        'disk-full',
        `The disk that holds the library '${file}' is full. Free some space, then try again; nothing saved is lost.`,
        { cause },
      )
    case 'CORRUPT':
    case 'NOTADB':
      return corruptLibrary(file, cause.message, cause)
    case 'READONLY':
    case 'CANTOPEN':
    case 'PERM':
    case 'AUTH':
      return unwritableLibrary(file, cause)
    case 'IOERR':
      return new AppError(
        'library-unwritable',
        `The drive that holds the library '${file}' reported an error (${code}). ` +
          'Check that it is connected and healthy, then try again.',
        { cause },
      )
    default:
      return new AppError('internal', `The library '${file}' refused a request: ${cause.message}`, { cause })
  }
}
