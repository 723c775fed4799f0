// Copies a library before a migration and keeps the newest three copies.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { listBackups } from './backup-list.ts'
import type { Db } from './sqlite.ts'

const keptBackups = 3

/** Copies the whole library as it is now, on the disk when this returns. Fails with `disk-full` and leaves no half copy. */
export function backUp(db: Db, version: number): string {
  const target = `${db.file}.backup-v${version}`
  const part = `${target}.part`
  rmSync(part, { force: true })
  try {
    db.command('VACUUM INTO @part')({ part })
    const descriptor = openSync(part, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(part, target)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  for (const old of listBackups(db.file).slice(keptBackups)) rmSync(old, { force: true })
  return target
}
