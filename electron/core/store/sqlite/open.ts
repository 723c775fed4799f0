// Opens a library file safely: refuses what is not one, checks it after a crash, and migrates it.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkRegular, openRegularSync, RefusedFile } from '../../../common/open-file.ts'
import { makePrivate, privateFileMode } from '../../../common/private-files.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { isAsClosed } from './closed-stamps.ts'
import { corruptLibrary, unwritableLibrary, type LibraryPlace } from './errors.ts'
import { applicationId, companionEndings, headerBytes, isLibraryHeader } from './library-header.ts'
import { migrate, type BackUp, type Migration } from './migrate.ts'
import { connectLibrary, holdsLaterParts } from './schema-parts.ts'
import type { Db, DbOptions } from './connection.ts'
import { findDamage, findDamageOfOwn } from './find-damage.ts'

/**
 * Opens the library, or makes a new one in an absent or empty file. Fails with `library-corrupt`, `library-newer`,
 * `library-unwritable`, `library-locked` or `disk-full`; a file that is no library is left as it is.
 */
export function openLibrary(
  options: DbOptions,
  migrations: readonly Migration[],
  backUp: BackUp | null = null,
): Db {
  // The descriptor of the check would, when it is closed, release the locks that SQLite holds on the file for this process.
  const { isNew, isUnknown } =
    options.isOpenHere === true ? { isNew: false, isUnknown: false } : inspectFile(options)
  const db = connectLibrary(options, migrations)
  if (options.isReadonly === true) return db
  const place = { ...options, file: options.copyOf ?? options.file }
  try {
    // Before anything is written, which could make damage worse.
    const version = isUnknown ? checkIntegrity(db, place, migrations) : Number(db.pragma('user_version'))
    // No program writes such a version; migrating from it would make tables a second time.
    if (version < 0) throw corruptLibrary(place, msg('its version is {{version}}', { version }))
    // Set before the file has a log, so that `prepareFile` always finds it in the file itself.
    if (isNew) db.pragma(`application_id = ${applicationId}`)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    // Without this, macOS reports a write as done while it is still in the drive's cache.
    db.pragma('fullfsync = ON')
    // What is empty holds nothing of later versions, and to compare it takes as long as to migrate it.
    const isOld = !isNew && version < (migrations.at(-1)?.version ?? 0)
    if (isOld) assertNotLater(db, migrations, place)
    migrate(db, migrations, options.copyOf === undefined ? backUp : null)
    return db
  } catch (error) {
    db.close({ isSound: false })
    throw error
  }
}

/** Returns whether the library is new, and whether anything may have happened to it since Labelroom closed it. */
function inspectFile({ file, closedListFile, copyOf }: DbOptions): { isNew: boolean; isUnknown: boolean } {
  // SQLite removes its log when the last program closes the file: a log means a crash or a running program.
  const isUnclean = existsSync(`${file}-wal`)
  const isChanged = closedListFile !== undefined && existsSync(file) && !isAsClosed(closedListFile, file)
  return { isNew: prepareFile(file), isUnknown: isUnclean || isChanged || copyOf !== undefined }
}

/** Checks the folder and the header without SQLite, which would already change a foreign file. Returns whether the library is new. */
function prepareFile(file: string): boolean {
  let header: Buffer
  try {
    if (!statSync(dirname(file)).isDirectory()) throw new Error('not a folder')
    // SQLite opens its own files beside the library, and would wait for a pipe under their names.
    for (const ending of companionEndings) {
      const stats = statSync(`${file}${ending}`, { throwIfNoEntry: false })
      if (stats !== undefined) checkRegular(stats)
    }
    if (!existsSync(file)) {
      // SQLite gives the files beside it the same permissions.
      closeSync(openSync(file, 'a', privateFileMode))
      return true
    }
    header = readHeader(file)
  } catch (error) {
    if (error instanceof RefusedFile)
      throw new AppError(
        'library-unwritable',
        msg("'{{file}}' cannot be a library. {{why}} Choose another file.", {
          file,
          why: error.translatable,
        }),
        { cause: error },
      )
    throw unwritableLibrary(file, error)
  }
  if (header.length === 0) return true
  if (isLibraryHeader(header)) {
    for (const name of [file, `${file}-wal`, `${file}-shm`]) makePrivate(name)
    return false
  }
  throw new AppError(
    'library-corrupt',
    msg("'{{file}}' is not a Labelroom library and was left as it is. Choose another file for the library.", {
      file,
    }),
  )
}

export function readHeader(file: string): Buffer {
  const descriptor = openRegularSync(file)
  try {
    const header = Buffer.alloc(headerBytes)
    return header.subarray(0, readSync(descriptor, header, 0, headerBytes, 0))
  } finally {
    closeSync(descriptor)
  }
}

/** A backup would be made and kept of what cannot be migrated, so this comes before. */
function assertNotLater(db: Db, migrations: readonly Migration[], place: LibraryPlace): void {
  if (!holdsLaterParts(db, migrations)) return
  const version = Number(db.pragma('user_version'))
  throw corruptLibrary(
    place,
    msg('its version is {{version}}, and it holds what later versions add', { version }),
  )
}

/**
 * Checks what may be damaged. A large library, which takes minutes, is only checked as a whole now where it is migrated, which
 * rewrites much of it; else the rest is left to whoever asked for that. Returns the version. Fails with `library-corrupt`.
 */
function checkIntegrity(
  db: Db,
  place: LibraryPlace & Pick<DbOptions, 'checksLaterFromBytes' | 'copyOf'>,
  migrations: readonly Migration[],
): number {
  const isLarge =
    place.copyOf === undefined && statSync(place.file).size >= (place.checksLaterFromBytes ?? Infinity)
  const readVersion = () => Number(db.pragma('user_version'))
  const isLater = isLarge && readVersion() === (migrations.at(-1)?.version ?? 0)
  const damage = isLater ? findDamageOfOwn(db, migrations) : findDamage(db, migrations)
  if (damage !== null) throw corruptLibrary(place, damage)
  if (isLater) db.noteCheck('later')
  return readVersion()
}
