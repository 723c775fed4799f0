// The backups of a library as files: their names, which there are, and which are kept.
import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { leftAfterMs } from '../../../common/left-files.ts'
import { isTemporaryName } from '../../../common/write-atomic.ts'
import { BackupReason, type Backup, type BackupSettings } from '../../../contract/backups.ts'

export type BackupPlace = Readonly<Pick<BackupSettings, 'folder' | 'kept'>>

/**
 * Returns where the backups of this library lie: in the folder `backups` beside it or, where `chosen` is a folder for all
 * libraries, in one of its own there, since libraries in different folders may have the same name.
 */
export function backupFolder(file: string, chosen: string | null): string {
  if (chosen === null) return join(dirname(file), 'backups')
  const place = createHash('sha256').update(file).digest('hex').slice(0, 8)
  return join(chosen, `${basename(file)}-${place}`)
}

/** Returns the name of a backup: NAME.20261127T060102123Z-daily-1234.db is one with 1,234 confirmed labels. */
export function backupName(
  file: string,
  { atMs, reason, labels }: Omit<Backup, 'file' | 'sizeBytes'>,
): string {
  const time = new Date(atMs).toISOString().replaceAll(/[-:.]/g, '')
  return `${basename(file)}.${time}-${reason}-${labels ?? 0}.db`
}

const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([a-z]+)-(\d+)\.db$/

function parseName(name: string): Pick<Backup, 'atMs' | 'reason' | 'labels'> | null {
  const [, year, month, day, hour, minute, second, milli, reasonText, labels] = namePattern.exec(name) ?? []
  const reason = BackupReason.safeParse(reasonText)
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`)
  if (!reason.success || Number.isNaN(atMs)) return null
  return { atMs, reason: reason.data, labels: Number(labels) }
}

/** Returns the backups of this library in the chosen folder, and those beside it, the newest first. */
export function listBackups(file: string, chosen: string | null): Backup[] {
  const folders = new Set([backupFolder(file, null), backupFolder(file, chosen)])
  const prefix = `${basename(file)}.`
  const found = [...folders].flatMap((folder) =>
    namesIn(folder).flatMap((name) => {
      const parsed = name.startsWith(prefix) ? parseName(name.slice(prefix.length)) : null
      return parsed === null ? [] : withSize({ ...parsed, file: join(folder, name) })
    }),
  )
  return [...found, ...listFormer(file)].sort((a, b) => b.atMs - a.atMs)
}

/** Copies before a migration, as earlier versions named them. */
function listFormer(file: string): Backup[] {
  const prefix = `${basename(file)}.backup-v`
  return namesIn(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .flatMap((name) => {
      const path = join(dirname(file), name)
      const atMs = Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      return withSize({ file: path, atMs, reason: 'migration', labels: null })
    })
}

/** Returns no entry for a file that is gone meanwhile. */
function withSize(backup: Omit<Backup, 'sizeBytes'>): Backup[] {
  const stats = statSync(backup.file, { throwIfNoEntry: false })
  return stats?.isFile() === true ? [{ ...backup, sizeBytes: stats.size }] : []
}

/** Removes all but the newest `kept` of the daily ones and of the others; `newest`, which was just verified, stays. */
export function removeOldBackups(file: string, chosen: string | null, kept: number, newest: string): void {
  const all = listBackups(file, chosen)
  const daily = all.filter(({ reason }) => reason === 'daily')
  const others = all.filter(({ reason }) => reason !== 'daily')
  for (const old of [...daily.slice(kept), ...others.slice(kept)])
    if (old.file !== newest) rmSync(old.file, { force: true })
}

/** Removes partial copies that no program is writing. */
export function removeLeftParts(folder: string): void {
  for (const name of namesIn(folder)) {
    if (!isTemporaryName(name.replace(/-(journal|wal|shm)$/, ''))) continue
    const part = join(folder, name)
    const writtenAtMs = statSync(part, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
    if (Date.now() - writtenAtMs > leftAfterMs) rmSync(part, { force: true })
  }
}

/** A folder that cannot be read holds no backup that could be used. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
