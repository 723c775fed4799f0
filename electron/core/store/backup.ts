// Copies a library before a migration and keeps the newest three copies.
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { listBackups, listLeftParts } from './backup-list.ts'
import type { Db } from './sqlite.ts'

const keptBackups = 3

/**
 * Copies the whole library of this version, on the disk when this returns. Fails with `disk-full` and leaves no half
 * copy. Another program may do the same at the same time, or have migrated the library: then its copy is the backup.
 */
export function backUp(db: Db, version: number): string {
  const target = `${db.file}.backup-v${version}`
  const part = `${target}.${randomUUID()}.part`
  for (const left of listLeftParts(db.file)) rmSync(left, { force: true })
  try {
    db.command('VACUUM INTO @part')({ part })
    // Versions only go up: as long as it is this one, what was copied is of this version too.
    if (Number(db.pragma('user_version')) === version) {
      const descriptor = openSync(part, 'r+')
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(part, target)
    }
  } finally {
    rmSync(part, { force: true })
  }
  for (const old of listBackups(db.file).slice(keptBackups)) rmSync(old, { force: true })
  return target
}
