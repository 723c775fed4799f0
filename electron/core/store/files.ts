// Files on disk as the last scan found them. A file that is not found is marked, never forgotten.
import { z } from 'zod'
import type { FileId } from '../../contract/browse.ts'
import { PhotoId } from '../../contract/domain.ts'
import type { FileState } from '../library/file-state.ts'
import { folderRange } from './paths.ts'
import type { Db } from './sqlite.ts'

/** Why a file holds no photo that could be read: `skipped` is no photo for us, `failed` should have been one. */
export const FileProblem = z.object({ kind: z.enum(['skipped', 'failed']), reason: z.string() })
export type FileProblem = z.infer<typeof FileProblem>

interface FileEntry {
  readonly path: string
  readonly photoId: PhotoId | null
  readonly problem: FileProblem | null
}

/** A file to be written down; number and time may be unknown. */
export type FileRecord = FileEntry & Pick<FileState, 'sizeBytes' | 'modifiedAtMs'> & Partial<FileState>

export interface KnownFile extends FileEntry, FileState {
  readonly missingSinceMs: number | null
}

const FileRow = z.object({
  path: z.string(),
  photoId: PhotoId.nullable(),
  sizeBytes: z.int(),
  modifiedAtMs: z.number(),
  inode: z.number().nullable(),
  createdAtMs: z.number().nullable(),
  changedAtMs: z.number().nullable(),
  problemKind: FileProblem.shape.kind.nullable(),
  problem: z.string().nullable(),
  missingSinceMs: z.int().nullable(),
})

const toKnownFile = ({ problemKind, problem, ...rest }: z.infer<typeof FileRow>): KnownFile => {
  const isFine = problemKind === null || problem === null
  return { ...rest, problem: isFine ? null : { kind: problemKind, reason: problem } }
}

const FileCounts = z.object({
  files: z.int(),
  photos: z.int(),
  skipped: z.int(),
  failed: z.int(),
  missing: z.int(),
})
/** Files that are there by what is known of them, different photos among them, and files that are missing. */
export type FileCounts = z.infer<typeof FileCounts>

const countColumns = `
  count(*) FILTER (WHERE missing_since_ms IS NULL) AS files,
  count(DISTINCT photo_id) FILTER (WHERE missing_since_ms IS NULL) AS photos,
  count(*) FILTER (WHERE missing_since_ms IS NULL AND problem_kind = 'skipped') AS skipped,
  count(*) FILTER (WHERE missing_since_ms IS NULL AND problem_kind = 'failed') AS failed,
  count(missing_since_ms) AS missing`

const unknownNumbers = { inode: null, createdAtMs: null, changedAtMs: null }

export type Files = ReturnType<typeof createFiles>

export function createFiles(db: Db) {
  const select = `SELECT path, photo_id AS photoId, size_bytes AS sizeBytes, modified_at_ms AS modifiedAtMs,
      inode, created_at_ms AS createdAtMs, changed_at_ms AS changedAtMs, problem_kind AS problemKind, problem, missing_since_ms AS missingSinceMs
    FROM file`
  const find = db.query(`${select} WHERE path = @path`, FileRow)
  const get = db.query(`${select} WHERE id = @id`, FileRow)
  const ofPhoto = db.query(`${select} WHERE photo_id = @photoId ORDER BY path`, FileRow)
  const photosAmong = db.query(
    'SELECT DISTINCT photo_id AS id FROM file WHERE photo_id IN (SELECT value FROM json_each(@photoIds))',
    z.object({ id: PhotoId }),
  )
  // Seen now, it is also seen for a scan that began later and has looked at its folder before the file was there.
  const upsert = db.command(
    `INSERT INTO file (path, photo_id, size_bytes, modified_at_ms, inode, created_at_ms, changed_at_ms,
       problem_kind, problem, scan_id)
     VALUES (@path, @photoId, @sizeBytes, @modifiedAtMs, @inode, @createdAtMs, @changedAtMs,
       @problemKind, @problem, max(@scanId, (SELECT max(id) FROM scan)))
     ON CONFLICT (path) DO UPDATE SET
       photo_id = excluded.photo_id, size_bytes = excluded.size_bytes, modified_at_ms = excluded.modified_at_ms,
       inode = excluded.inode, created_at_ms = excluded.created_at_ms, changed_at_ms = excluded.changed_at_ms,
       problem_kind = excluded.problem_kind, problem = excluded.problem,
       scan_id = max(scan_id, excluded.scan_id), missing_since_ms = NULL`,
  )
  const beginScan = db.query(
    'INSERT INTO scan (started_at_ms) VALUES (@atMs) RETURNING id',
    z.object({ id: z.int() }),
  )
  const unseen = 'path >= @from AND path < @to AND scan_id < @scanId'
  const dropUnidentified = db.command(`DELETE FROM file WHERE ${unseen} AND photo_id IS NULL`)
  const markMissing = db.command(
    `UPDATE file SET missing_since_ms = @atMs WHERE ${unseen} AND missing_since_ms IS NULL`,
  )
  const forgetMoved = db.command(
    `DELETE FROM file WHERE id IN (
       SELECT gone.id FROM file gone
       WHERE gone.missing_since_ms IS NOT NULL AND EXISTS (
         SELECT 1 FROM file here WHERE here.photo_id = gone.photo_id AND here.missing_since_ms IS NULL)
       LIMIT @limit)`,
  )
  const forget = db.command(
    'DELETE FROM file WHERE id IN (SELECT id FROM file WHERE path >= @from AND path < @to LIMIT @limit)',
  )
  const countAll = db.query(`SELECT ${countColumns} FROM file`, FileCounts)
  const countRows = db.query(
    'SELECT count(*) AS rows FROM file WHERE path >= @from AND path < @to',
    z.object({ rows: z.int() }),
  )
  const countUnder = db.query(
    `SELECT ${countColumns} FROM file WHERE path >= @from AND path < @to`,
    FileCounts,
  )

  return {
    find: (path: string): KnownFile | null => {
      const row = find.get({ path })
      return row === null ? null : toKnownFile(row)
    },

    /** The file with this number; null for one that was forgotten. */
    get: (id: FileId): KnownFile | null => {
      const row = get.get({ id })
      return row === null ? null : toKnownFile(row)
    },

    /** Every file that holds this photo, also those that are missing, by path. */
    ofPhoto: (photoId: PhotoId): KnownFile[] => ofPhoto.all({ photoId }).map(toKnownFile),

    /** Those of the photos that lie in a file, be it missing or not. */
    photosAmong: (photoIds: readonly PhotoId[]): Set<PhotoId> =>
      new Set(photosAmong.all({ photoIds: JSON.stringify(photoIds) }).map(({ id }) => id)),

    /** The number of a new scan; later scans have higher numbers. */
    beginScan: (): number => {
      const scan = beginScan.get({ atMs: Date.now() })
      if (scan === null) throw new Error('INSERT gave no id')
      return scan.id
    },

    /** Writes down what a scan found, in one transaction; a file that was missing is back. */
    record: (scanId: number, records: readonly FileRecord[]): void => {
      db.transaction(() => {
        for (const { problem, ...record } of records) {
          const [problemKind, reason] = [problem?.kind ?? null, problem?.reason ?? null]
          upsert({ ...unknownNumbers, ...record, scanId, problemKind, problem: reason })
        }
      })
    },

    /**
     * Marks the files under the folder that neither this scan nor a later one found. Call it only after the folder was
     * read to its end. An entry that never held a photo (skipped or unreadable) is dropped: nothing hangs on it.
     */
    markMissing: (folder: string, scanId: number): void => {
      const range = { ...folderRange(folder), scanId }
      db.transaction(() => {
        dropUnidentified(range)
        markMissing({ ...range, atMs: Date.now() })
      })
    },

    /**
     * Forgets up to `limit` missing files whose photo lies in another file now, and gives how many: they were moved, or
     * were one copy of several.
     */
    forgetMoved: (limit: number): number => forgetMoved({ limit }),

    /** Forgets up to `limit` files in the range and gives how many; the photos keep their labels. */
    forget: (range: { readonly from: string; readonly to: string }, limit: number): number =>
      forget({ ...range, limit }),

    /** How many files are known under a folder, also those that are missing. */
    rows: (folder: string): number => countRows.get(folderRange(folder))?.rows ?? 0,

    /** Counts under one folder, or of the whole library. */
    counts: (folder: string | null = null): FileCounts => {
      const counts = folder === null ? countAll.get() : countUnder.get(folderRange(folder))
      if (counts === null) throw new Error('count(*) gave no row')
      return counts
    },
  }
}
