// Records what scans found: files, missing files, and files to be forgotten.
import { z } from 'zod'
import type { FileStamp } from '../../../common/file-stamp.ts'
import type { PhotoId } from '../../../contract/domain.ts'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'
import { storeMessage } from './stored-message.ts'
import type { PathRange } from './files-count.ts'
import type { FileEntry } from './files-read.ts'

/** A file as a scan found it; inode and times may be unknown. */
export type FileRecord = FileEntry &
  Pick<FileStamp, 'sizeBytes' | 'modifiedAtMs'> &
  Partial<FileStamp> & {
    /** SHA-256 of all bytes; null where it is not known, absent where the file was not read. */
    readonly wholeHash?: Uint8Array | null
    /** See KnownFile. */
    readonly companionOf?: string | null
    readonly companionPhotoId?: PhotoId | null
  }

const unknown = {
  companionOf: null,
  companionPhotoId: null,
  inode: null,
  device: null,
  createdAtMs: null,
  changedAtMs: null,
}

// Seen now, it is also seen for a scan that began later and has looked at its folder before the file was there.
const upsertSql = `
  INSERT INTO file (path, photo_id, size_bytes, modified_at_ms, inode, created_at_ms, changed_at_ms,
    problem_kind, problem, problem_values, sha256, companion_of, companion_photo_id, scan_id)
  VALUES (@path, @photoId, @sizeBytes, @modifiedAtMs, @inode, @createdAtMs, @changedAtMs,
    @problemKind, @problem, @problemValues, @wholeHash, @companionOf, @companionPhotoId, max(@scanId, (SELECT max(id) FROM scan)))
  ON CONFLICT (path) DO UPDATE SET
    previous_photo_id = iif(photo_id IS excluded.photo_id, previous_photo_id, photo_id),
    sha256 = iif(@isRead, excluded.sha256, sha256),
    photo_id = excluded.photo_id, size_bytes = excluded.size_bytes, modified_at_ms = excluded.modified_at_ms,
    inode = excluded.inode, created_at_ms = excluded.created_at_ms, changed_at_ms = excluded.changed_at_ms,
    problem_kind = excluded.problem_kind, problem = excluded.problem, problem_values = excluded.problem_values,
    companion_of = excluded.companion_of, companion_photo_id = excluded.companion_photo_id,
    scan_id = max(scan_id, excluded.scan_id), missing_since_ms = NULL`

export function createFileScans(db: Db) {
  const upsert = db.command(upsertSql)
  const beginScan = db.query(
    'INSERT INTO scan (started_at_ms) VALUES (@atMs) RETURNING id',
    z.object({ id: z.int() }),
  )
  const unseen = 'path >= @from AND path < @to AND scan_id < @scanId'
  const onlyThere = (isDeep: boolean) =>
    isDeep ? '' : "AND instr(substr(path, length(@folder) + 1), '/') = 0"
  const marking = (isDeep: boolean) => ({
    list: db.query(
      `SELECT path FROM file WHERE ${unseen} AND missing_since_ms IS NULL ${onlyThere(isDeep)}`,
      z.object({ path: z.string() }),
    ),
    drop: db.command(`DELETE FROM file WHERE ${unseen} AND photo_id IS NULL ${onlyThere(isDeep)}`),
    mark: db.command(
      `UPDATE file SET missing_since_ms = @atMs WHERE ${unseen} AND missing_since_ms IS NULL ${onlyThere(isDeep)}`,
    ),
  })
  const [deep, shallow] = [marking(true), marking(false)]
  const noteSeen = db.command(
    `UPDATE file SET scan_id = max(scan_id, @scanId, (SELECT max(id) FROM scan))
     WHERE path IN (SELECT value FROM json_each(@paths)) AND missing_since_ms IS NULL`,
  )
  const keep = db.command(
    'UPDATE file SET scan_id = @scanId WHERE path IN (SELECT value FROM json_each(@paths))',
  )
  const forgetMoved = db.command(
    `DELETE FROM file WHERE id IN (
       SELECT gone.id FROM file gone JOIN photo p ON p.id = gone.photo_id
       WHERE gone.missing_since_ms IS NOT NULL AND EXISTS (
         SELECT 1 FROM photo o JOIN file here ON here.photo_id = o.id AND here.missing_since_ms IS NULL
         WHERE o.id = coalesce(p.subject_id, p.id) OR o.subject_id = coalesce(p.subject_id, p.id))
       LIMIT @limit)`,
  )
  const dropGone = db.command(
    'DELETE FROM file WHERE photo_id IS NULL AND path IN (SELECT value FROM json_each(@paths))',
  )
  const forget = db.command(
    'DELETE FROM file WHERE id IN (SELECT id FROM file WHERE path >= @from AND path < @to LIMIT @limit)',
  )

  return {
    /** Returns the number of a new scan; later scans have higher numbers. */
    beginScan: (): number => {
      const scan = beginScan.get({ atMs: Date.now() })
      if (scan === null) throw new Error('INSERT gave no id')
      return scan.id
    },
    /** Saves what a scan found, in one transaction; a file that was missing is present again. */
    record: (scanId: number, records: readonly FileRecord[]): void => {
      db.transaction(() => {
        for (const { problem, wholeHash, ...record } of records) {
          const { template, values } = storeMessage(problem?.reason ?? null)
          const reason = { problemKind: problem?.kind ?? null, problem: template, problemValues: values }
          const hash = { wholeHash: wholeHash ?? null, isRead: wholeHash === undefined ? 0 : 1 }
          upsert({ ...unknown, ...record, ...reason, ...hash, scanId })
        }
      })
    },
    /** Saves that a scan found these files as they were; for those that are missing use `record`. Returns how many are in the library. */
    noteSeen: (scanId: number, paths: readonly string[]): number =>
      paths.length === 0 ? 0 : noteSeen({ scanId, paths: JSON.stringify(paths) }),
    /**
     * Marks the files under the folder that neither this scan nor a later one found. Call it only after the folder was
     * read to its end. An entry that never held a photo (skipped or unreadable) is dropped: nothing refers to it.
     * @param isDeep false: only the files of the folder itself.
     * @param isRead which files the scan would have found; null: all.
     * @param part only these paths of the folder.
     */
    markMissing: (
      folder: string,
      scanId: number,
      isDeep = true,
      isRead: ((path: string) => boolean) | null = null,
      part: PathRange = folderRange(folder),
    ): void => {
      const range = { ...part, folder: folderRange(folder).from, scanId }
      const { list, drop, mark } = isDeep ? deep : shallow
      db.transaction(() => {
        if (isRead !== null) {
          const others = list.all(range).filter(({ path }) => !isRead(path))
          keep({ scanId, paths: JSON.stringify(others.map(({ path }) => path)) })
        }
        drop(range)
        mark({ ...range, atMs: Date.now() })
      })
    },
    /** Drops files that are not there any more and hold no photo, such as sidecars. */
    dropGone: (paths: readonly string[]): void => {
      dropGone({ paths: JSON.stringify(paths) })
    },
    /**
     * Forgets up to `limit` missing files whose image lies in another file now, in whatever rendering: they were moved,
     * or were one copy of several. Returns how many.
     */
    forgetMoved: (limit: number): number => forgetMoved({ limit }),
    /** Forgets up to `limit` files in the range of paths; their photos keep their labels. Returns how many. */
    forget: (range: { readonly from: string; readonly to: string }, limit: number): number =>
      forget({ ...range, limit }),
  }
}
