// Where the backups of a library lie: '<file>.backup-v<version>' beside it.
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A copy that nobody wrote to for this long was left by a program that was killed. */
const leftAfterMs = 60 * 60_000

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

/** Half copies of this library that nobody is writing. */
export function listLeftParts(file: string): string[] {
  const prefix = `${basename(file)}.backup-v`
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.part'))
    .map((name) => join(dirname(file), name))
    .filter((part) => {
      const writtenAtMs = statSync(part, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
      return Date.now() - writtenAtMs > leftAfterMs
    })
}
