// Copies of a library taken before a migration: '<file>.backup-v<version>', the newest three.
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Db } from './sqlite.ts'

const keptBackups = 3

/** Paths of the backups of this library, the newest version first. */
export function listBackups(file: string): string[] {
  const prefix = `${basename(file)}.backup-v`
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
    .map((name) => join(dirname(file), name))
}

export function newestBackup(file: string): string | null {
  return listBackups(file)[0] ?? null
}

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
