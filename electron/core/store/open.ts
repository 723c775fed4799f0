// Opens a library file safely: refuses what is not one, checks it after a crash, and migrates it.
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import { corruptLibrary, unwritableLibrary } from './errors.ts'
import { migrate, type Migration } from './migrate.ts'
import { connect, type Db, type DbOptions } from './sqlite.ts'

/** 'LbRm' in the header of every library, by which `file` and this program know it. */
export const applicationId = 0x4c62526d

const magic = 'SQLite format 3\0'
const applicationIdOffset = 68
const headerBytes = 100

/**
 * Opens the library, or makes a new one in an absent or empty file. Fails with `library-corrupt`, `library-newer`,
 * `library-unwritable`, `library-locked` or `disk-full`; a file that is no library is left as it is.
 */
export function openLibrary(options: DbOptions, migrations: readonly Migration[]): Db {
  const { file } = options
  const isNew = prepareFile(file)
  // SQLite removes its log when the last program closes the file: one that lies here tells of a crash or of a running program.
  const isUnclean = existsSync(`${file}-wal`)
  const db = connect(options)
  try {
    if (isUnclean) checkIntegrity(db)
    // Set before the file has a log, so that `prepareFile` always finds it in the file itself.
    if (isNew) db.pragma(`application_id = ${applicationId}`)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    // Without this a Mac says "written" while the drive still holds it in its cache.
    db.pragma('fullfsync = ON')
    migrate(db, migrations)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Looks at the folder and the header without SQLite, which would already change a foreign file. True: nothing there yet. */
function prepareFile(file: string): boolean {
  let header: Buffer
  try {
    if (!statSync(dirname(file)).isDirectory()) throw new Error('not a folder')
    if (!existsSync(file)) return true
    header = readHeader(file)
  } catch (error) {
    throw unwritableLibrary(file, error)
  }
  if (header.length === 0) return true
  const isOurs =
    header.length === headerBytes &&
    header.toString('latin1', 0, magic.length) === magic &&
    header.readUInt32BE(applicationIdOffset) === applicationId
  if (isOurs) return false
  throw new AppError(
    'library-corrupt',
    `'${file}' is not a Labelroom library and was left as it is. Choose another file for the library.`,
  )
}

function readHeader(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error('not a file')
    const header = Buffer.alloc(headerBytes)
    return header.subarray(0, readSync(descriptor, header, 0, headerBytes, 0))
  } finally {
    closeSync(descriptor)
  }
}

function checkIntegrity(db: Db): void {
  const found = db.query('PRAGMA quick_check(1)', z.object({ quick_check: z.string() })).get()
  if (found?.quick_check !== 'ok')
    throw corruptLibrary(db.file, found?.quick_check ?? 'the check gave no answer')
}
