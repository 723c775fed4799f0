// Backups of a library that no core of this process has open.
import type { Backup, LibraryCheck } from '../contract/backups.ts'
import { readSettingsNow } from '../core/settings/stored-settings.ts'
import { checkInThread, copyInThread, restoreInThread } from '../core/store/backups/thread.ts'
import { listBackups } from '../core/store/sqlite/backup-files.ts'
import { settingsFile } from './host-files.ts'
import { sqliteBindingFromEnvironment } from './open-local-core.ts'

/** A library, and the data folder whose settings say where its backups are. */
export interface LibraryPlace {
  readonly dataFolder: string
  readonly libraryFile: string
}

/** Returns the newest first. */
export const listLibraryBackups = ({ dataFolder, libraryFile }: LibraryPlace): Backup[] =>
  listBackups(libraryFile, settingsOf(dataFolder).folder)

/** Copies the library to its backups, or to `target`, a file that does not exist yet. Throws AppError. */
export async function backUpLibrary(place: LibraryPlace, target: string | null): Promise<Backup> {
  const request = { ...requestOf(place), version: null, reason: 'user', target } as const
  const backup = await copyInThread(request).result
  if (backup === null) throw new Error('a library of any version was not copied')
  return backup
}

/** Returns the file that keeps what the library was; null where there was none. Throws AppError. */
export const restoreBackup = (place: LibraryPlace, backup: string): Promise<string | null> =>
  restoreInThread({ ...requestOf(place), backup }).result

/** Reads the whole file of a library or a backup. Throws AppError where it is neither. */
export const checkLibraryFile = (file: string): Promise<LibraryCheck> =>
  checkInThread({ file, nativeBinding: sqliteBindingFromEnvironment(), isOpenHere: false }).result

const settingsOf = (dataFolder: string) => readSettingsNow(settingsFile(dataFolder)).backups

function requestOf({ dataFolder, libraryFile }: LibraryPlace) {
  const { folder, kept } = settingsOf(dataFolder)
  return { libraryFile, folder, kept, nativeBinding: sqliteBindingFromEnvironment(), isOpenHere: false }
}
