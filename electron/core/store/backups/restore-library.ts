// Puts a backup in the place of a library that no program has open.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { backupFolder } from '../sqlite/backup-files.ts'
import { connect } from '../sqlite/connection.ts'
import { copyLibrary, type CopyRequest } from './copy-library.ts'
import { assertLibrary, checkLibrary } from './examine.ts'

export interface RestoreRequest extends Omit<CopyRequest, 'reason' | 'version'> {
  readonly backup: string
}

/**
 * Makes the library what the backup is, in one transaction: a kill leaves it as it was. Before, it is backed up or, where
 * it is damaged, moved aside with its log. Returns the file that keeps it; null where there was none. Fails with
 * `library-locked` where another program has the library open, with `library-corrupt` for a damaged backup and with
 * `library-newer` for one of a later program.
 */
export async function restoreLibrary(request: RestoreRequest): Promise<string | null> {
  const { libraryFile, backup, nativeBinding } = request
  const { damage } = checkLibrary({ file: backup, nativeBinding, isOpenHere: false })
  if (damage !== null)
    throw new AppError(
      'library-corrupt',
      msg("The backup '{{backup}}' is damaged ({{damage}}) and was not restored. Choose an older one.", {
        backup,
        damage,
      }),
    )
  const source = connect({ file: backup, nativeBinding, isReadonly: true })
  try {
    const size = statSync(libraryFile, { throwIfNoEntry: false })?.size ?? 0
    const replaced = size === 0 ? null : await keepLibrary(request)
    await source.copyTo(libraryFile)
    return replaced
  } finally {
    source.close()
  }
}

async function keepLibrary(request: RestoreRequest): Promise<string> {
  const { libraryFile, nativeBinding } = request
  assertLibrary(libraryFile)
  try {
    const db = connect({ file: libraryFile, nativeBinding })
    try {
      // Fails while any other program has it open, and makes it one file without a log.
      db.pragma('journal_mode = DELETE')
    } finally {
      db.close()
    }
    const copy = await copyLibrary({ ...request, reason: 'restore', version: null })
    if (copy === null) throw new Error('a library of any version was not copied')
    return copy.file
  } catch (error) {
    if (error instanceof AppError && error.code === 'library-corrupt') return moveAside(libraryFile)
    throw error
  }
}

/** The log goes first: beside another library it would be taken for that one's. */
function moveAside(libraryFile: string): string {
  const folder = backupFolder(libraryFile, null)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '')
  const aside = join(folder, `${basename(libraryFile)}.${stamp}-damaged.db`)
  for (const ending of ['-wal', '-journal', ''] as const) {
    const part = `${libraryFile}${ending}`
    if (statSync(part, { throwIfNoEntry: false }) !== undefined) renameSync(part, `${aside}${ending}`)
  }
  rmSync(`${libraryFile}-shm`, { force: true })
  return aside
}
