// Turns what SQLite reports into one sentence that names the library file and says what to do.
import { AppError } from '../../../contract/errors.ts'
import { msg, type Message } from '../../../texts/message.ts'
import { listBackups, type BackupPlace } from './backup-files.ts'

/** A library, and where its backups are. */
export interface LibraryPlace {
  readonly file: string
  readonly backups?: BackupPlace | undefined
}

/** `library-corrupt` with the way back: the newest backup, or the tool that reads what is left. */
export function corruptLibrary(
  { file, backups }: LibraryPlace,
  what: string | Message,
  cause?: unknown,
): AppError {
  const backup = listBackups(file, backups?.folder ?? null)[0]?.file
  const remedy =
    backup === undefined
      ? msg(
          `There is no backup; keep the file, its labels may be saved with "sqlite3 '{{file}}' .recover".`,
          { file },
        )
      : msg(
          "Move it away together with '{{file}}-wal' and '{{file}}-shm', and put the backup '{{backup}}' in its place.",
          { file, backup },
        )
  return new AppError(
    'library-corrupt',
    msg("The library '{{file}}' is damaged ({{what}}). {{remedy}}", {
      file,
      what: typeof what === 'string' ? tidyDamage(what) : what,
      remedy,
    }),
    { cause },
  )
}

/** What SQLite found, in one line. */
export const tidyDamage = (found: string): string =>
  found
    .replace(/\*+ in database \w+ \*+/, '')
    .trim()
    .replaceAll('\n', '; ')

/** `library-unwritable` for a library whose file or folder refuses to be written. */
export function unwritableLibrary(file: string, cause: unknown): AppError {
  const message = msg(
    "The library '{{file}}' cannot be written. Check that the file and its folder allow writing, or choose another place.",
    { file },
  )
  return new AppError('library-unwritable', message, { cause })
}

/**
 * How SQLite says that a statement names what the library lacks: another program may have dropped a table, or the statement
 * is a mistake of ours. Only what the library should be made of tells which.
 */
const missingPart =
  /^(no such (table|column|index|view)\b|table \S+ has no column\b|foreign key mismatch|ON CONFLICT clause does not match|vtable constructor failed)/

/**
 * Returns what the library lacks of all that it should be made of, such as `no such table: photo`; null: nothing.
 * @param found how SQLite named it.
 */
export type FindMissingPart = (found: string) => string | null

/**
 * The expected failure behind an SQLite result code such as `SQLITE_BUSY_SNAPSHOT`; `internal` for a mistake of ours.
 */
export function toAppError(
  code: string,
  cause: Error,
  place: LibraryPlace,
  findMissingPart: FindMissingPart = () => null,
): AppError {
  const { file } = place
  // No room for the file by which programs share the log.
  switch (code === 'SQLITE_IOERR_SHMSIZE' ? 'FULL' : (code.split('_')[1] ?? '')) {
    case 'BUSY':
    case 'LOCKED':
      return new AppError(
        'library-locked',
        msg(
          "The library '{{file}}' is being written by another program. Close the other Labelroom, then try again.",
          { file },
        ),
        { cause },
      )
    case 'FULL':
      return new AppError(
        'disk-full',
        msg(
          "The disk that holds the library '{{file}}' is full. Free some space, then try again; nothing saved is lost.",
          { file },
        ),
        { cause },
      )
    case 'CORRUPT':
    case 'NOTADB':
      return corruptLibrary(place, cause.message, cause)
    case 'READONLY':
    case 'CANTOPEN':
    case 'PERM':
    case 'AUTH':
      return unwritableLibrary(file, cause)
    case 'IOERR':
      return new AppError(
        'library-unwritable',
        msg(
          "The drive that holds the library '{{file}}' reported an error ({{code}}). Check that it is connected and healthy, then try again.",
          { file, code },
        ),
        { cause },
      )
    default: {
      const missing = missingPart.test(cause.message) ? findMissingPart(cause.message) : null
      if (missing !== null) return corruptLibrary(place, missing, cause)
      return new AppError(
        'internal',
        msg("The library '{{file}}' refused a request: {{why}}", { file, why: cause.message }),
        { cause },
      )
    }
  }
}
