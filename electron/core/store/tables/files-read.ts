// Reads files by path, number or photo.
import { z } from 'zod'
import type { FileStamp } from '../../../common/file-stamp.ts'
import { FileId, PhotoId } from '../../../contract/domain.ts'
import { FileProblem } from '../../domain/photo-state.ts'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'
import { readMessage } from './stored-message.ts'

export interface FileEntry {
  readonly path: string
  readonly photoId: PhotoId | null
  readonly problem: FileProblem | null
}

export interface KnownFile extends FileEntry, FileStamp {
  /** The path of the file that is shown for this one too, and the photo that this one holds. */
  readonly companionOf: string | null
  readonly companionPhotoId: PhotoId | null
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
  problemValues: z.string().nullable(),
  missingSinceMs: z.int().nullable(),
  companionOf: z.string().nullable(),
  companionPhotoId: PhotoId.nullable(),
})

const toKnownFile = ({
  problemKind,
  problem,
  problemValues,
  ...rest
}: z.infer<typeof FileRow>): KnownFile => {
  const reason = readMessage({ template: problem, values: problemValues })
  const isFine = problemKind === null || reason === null
  return { ...rest, device: null, problem: isFine ? null : { kind: problemKind, reason } }
}

const select = `SELECT path, photo_id AS photoId, size_bytes AS sizeBytes, modified_at_ms AS modifiedAtMs,
    inode, created_at_ms AS createdAtMs, changed_at_ms AS changedAtMs, problem_kind AS problemKind, problem,
    problem_values AS problemValues,
    missing_since_ms AS missingSinceMs, companion_of AS companionOf, companion_photo_id AS companionPhotoId
  FROM file`

export function createFileReader(db: Db) {
  const find = db.query(`${select} WHERE path = @path`, FileRow)
  const get = db.query(`${select} WHERE id = @id`, FileRow)
  const shownAt = db.query(
    `SELECT coalesce(m.id, f.id) AS id FROM file f LEFT JOIN file m ON m.path = f.companion_of WHERE f.path = @path`,
    z.object({ id: FileId }),
  )
  const ofPhoto = db.query(`${select} WHERE photo_id = @photoId ORDER BY path`, FileRow)
  const photosLike = db.query(
    `SELECT path FROM file
     WHERE missing_since_ms IS NULL AND (photo_id IS NOT NULL OR problem_kind = 'failed' OR companion_of IS NOT NULL)
       AND (inode = @inode OR size_bytes = @sizeBytes)
     ORDER BY inode = @inode DESC`,
    z.object({ path: z.string() }),
  )
  // By their hashes, which are as good as chance and the same each time.
  const sample = db.query(
    `SELECT f.path, f.size_bytes AS sizeBytes, p.content_hash AS hash, p.identity FROM file f JOIN photo p ON p.id = f.photo_id
     WHERE f.path >= @from AND f.path < @to ORDER BY p.content_hash LIMIT @limit`,
    z.object({
      path: z.string(),
      sizeBytes: z.int(),
      hash: z.instanceof(Uint8Array),
      identity: z.instanceof(Uint8Array).nullable(),
    }),
  )
  return {
    /** Returns some of the photos that were seen under a folder, the same ones each time. */
    sample: (folder: string, limit: number) => sample.all({ ...folderRange(folder), limit }),
    /** Returns the file with this path; null for one that was never scanned. */
    find: (path: string): KnownFile | null => {
      const row = find.get({ path })
      return row === null ? null : toKnownFile(row)
    },
    /** Returns the file with this number; null for one that was forgotten. */
    get: (id: FileId): KnownFile | null => {
      const row = get.get({ id })
      return row === null ? null : toKnownFile(row)
    },
    /** Returns the number of the file that is shown for each path; null for one that was never scanned. */
    shownAt: (paths: readonly string[]): (FileId | null)[] =>
      paths.map((path) => shownAt.get({ path })?.id ?? null),
    /** Returns paths of present photos, and of what belongs to them, that have this inode or, since inodes may change, this size. */
    photosLike: (file: { readonly inode: number; readonly sizeBytes: number }): string[] =>
      photosLike.all(file).map(({ path }) => path),
    /** Returns every file that holds this photo, also missing ones, by path. */
    ofPhoto: (photoId: PhotoId): KnownFile[] => ofPhoto.all({ photoId }).map(toKnownFile),
  }
}
