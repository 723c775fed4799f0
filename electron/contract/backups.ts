// The calls about backups: copies of the whole library that were verified when they were made.
import { z } from 'zod'
import { emptyObject, rpc } from './rpc.ts'

/** Why a backup was made: once a day, before something that changes much, or because the user asked for it. */
export const BackupReason = z.enum(['daily', 'migration', 'import', 'merge', 'restore', 'user'])
export type BackupReason = z.infer<typeof BackupReason>

export const Backup = z.object({
  /** Absolute path. */
  file: z.string(),
  atMs: z.int(),
  sizeBytes: z.int(),
  reason: BackupReason,
  /** Confirmed labels in it; null where they were not counted, as in copies of earlier versions. */
  labels: z.int().nullable(),
})
export type Backup = z.infer<typeof Backup>

/** What a check of a library or of a backup found. */
export const LibraryCheck = z.object({
  file: z.string(),
  /** Null where the file is damaged, as labels are. */
  photos: z.int().nullable(),
  /** Confirmed labels. */
  labels: z.int().nullable(),
  /** What SQLite says is damaged; null for a sound file. */
  damage: z.string().nullable(),
})
export type LibraryCheck = z.infer<typeof LibraryCheck>

/** Where backups go, how many are kept, and whether they are made without being asked for. */
export const BackupSettings = z.object({
  isOn: z.boolean(),
  /** A folder for the backups of all libraries; null is the folder `backups` beside each library. */
  folder: z
    .string()
    .max(4096)
    .regex(/^([/\\]|[A-Za-z]:[/\\])/, 'must be a full path')
    .nullable(),
  /** So many of the daily ones, and so many of the others. */
  kept: z.int().min(1).max(100),
})
export type BackupSettings = z.infer<typeof BackupSettings>

export const backupsContract = {
  /** The newest first. */
  list: rpc(emptyObject, z.array(Backup)),
  create: rpc(emptyObject, Backup),
  /** Reads the whole file of a backup, or of the open library. */
  check: rpc(z.object({ file: z.string().min(1).max(4096).nullable() }), LibraryCheck),
  /**
   * Puts the backup in the place of the library, which is itself backed up before, and opens it. Running jobs are
   * paused. Returns the file that keeps what was replaced. The page has to load everything anew.
   */
  restore: rpc(
    z.object({ file: z.string().min(1).max(4096) }),
    z.object({ replaced: z.string().nullable() }),
  ),
} as const
