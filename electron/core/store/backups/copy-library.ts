// Copies a library to its folder of backups: written under another name, verified, and only then called a backup.
import { mkdirSync } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, isDiskFull } from '../../../common/errno.ts'
import { writeFileAtomic, type TemporaryFile } from '../../../common/write-atomic.ts'
import type { Backup, BackupReason } from '../../../contract/backups.ts'
import { AppError } from '../../../contract/errors.ts'
import { messageOf, msg } from '../../../texts/message.ts'
import { migrations } from '../migrations/index.ts'
import { backupFolder, backupName, removeLeftParts, removeOldBackups } from '../sqlite/backup-files.ts'
import { corruptLibrary } from '../sqlite/errors.ts'
import { findDamage } from '../sqlite/find-damage.ts'
import { connectLibrary } from '../sqlite/schema-parts.ts'
import { assertLibrary, countLabels } from './examine.ts'

export interface CopyRequest {
  readonly libraryFile: string
  readonly nativeBinding: string | undefined
  /** This process has the library open. */
  readonly isOpenHere: boolean
  readonly reason: BackupReason
  /** The folder that the user chose for backups, if any. */
  readonly folder: string | null
  /** So many daily ones, and so many others. */
  readonly kept: number
  /** Copied only as long as the library is of this version; null: of any. */
  readonly version: number | null
  /** A file that does not exist yet, instead of one in the folder for backups. */
  readonly target?: string | null
}

/**
 * Copies the library as it is now, with what other programs have saved. Returns the backup; null where another program
 * has migrated the library meanwhile, whose copy is then the backup. Older backups are removed only when this one is
 * verified. A failure leaves no partial copy: `disk-full`, `output-unwritable`, or `library-corrupt` for a library that
 * is damaged.
 */
export async function copyLibrary(request: CopyRequest): Promise<Backup | null> {
  const { libraryFile, reason, kept, version, target = null } = request
  const folder = target === null ? backupFolder(libraryFile, request.folder) : dirname(target)
  // A descriptor of our own would, when it is closed, release the locks of this process's connections.
  if (!request.isOpenHere) assertLibrary(libraryFile)
  const { nativeBinding } = request
  const source = connectLibrary({ file: libraryFile, nativeBinding, isReadonly: true }, migrations)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    removeLeftParts(folder)
    // The copy is of this moment, whatever other programs save while it is made.
    source.exec('BEGIN')
    const labels = countLabels(source)
    if (version !== null && Number(source.pragma('user_version')) !== version) return null
    const atMs = Date.now()
    const file = target ?? join(folder, backupName(libraryFile, { atMs, reason, labels }))
    const write = async (part: TemporaryFile) => {
      await part.handle.chmod(0o600)
      await source.copyTo(part.path)
      verify(request, part.path, labels)
    }
    await writeFileAtomic(file, write, target === null ? {} : { place: placeNew })
    if (target === null) removeOldBackups(libraryFile, request.folder, kept, file)
    return { file, atMs, reason, labels, sizeBytes: (await stat(file)).size }
  } catch (error) {
    throw explain(error, folder)
  } finally {
    source.close()
  }
}

/** Takes the name first, so that no file of that name is replaced. */
async function placeNew(temporary: string, target: string): Promise<void> {
  try {
    await (await open(target, 'wx')).close()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    throw new AppError('output-exists', msg('{{file}} exists. Choose another name.', { file: target }))
  }
  await rename(temporary, target)
}

/** Also makes the copy one file without a log beside it. Pages are copied as they are: damage is the library's own. */
function verify(
  { libraryFile, nativeBinding, folder, kept }: CopyRequest,
  part: string,
  labels: number,
): void {
  const copy = connectLibrary({ file: part, nativeBinding }, migrations)
  try {
    copy.pragma('journal_mode = DELETE')
    const damage = findDamage(copy, migrations)
    const place = { file: libraryFile, backups: { folder, kept } }
    if (damage !== null) throw corruptLibrary(place, damage)
    if (countLabels(copy) !== labels)
      throw corruptLibrary(place, msg('its copy has another number of labels'))
  } finally {
    copy.close()
  }
}

/** One sentence that names the folder. */
function explain(error: unknown, folder: string): unknown {
  const code = error instanceof AppError ? error.code : null
  if (code === 'library-corrupt' || code === 'output-exists') return error
  if (code === 'disk-full' || isDiskFull(error))
    return new AppError(
      'disk-full',
      msg(
        'There was no room for a backup in {{folder}}. Free some space, or choose another folder in the settings.',
        {
          folder,
        },
      ),
      { cause: error },
    )
  if (code === null && errorCode(error) === null) return error
  return new AppError(
    'output-unwritable',
    msg(
      'No backup could be made in {{folder}} ({{why}}). Check the folder, or choose another one in the settings.',
      {
        folder,
        why: code === null ? (errorCode(error) ?? '') : messageOf(error),
      },
    ),
    { cause: error },
  )
}
