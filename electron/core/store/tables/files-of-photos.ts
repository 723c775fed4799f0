// The paths of photos: files that are not missing, by photo.
import { z } from 'zod'
import { PhotoId, type FileId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import type { LabelSpellings } from './labels.ts'
import { subjectOf } from './subjects.ts'

const PhotoFile = z.object({ path: z.string(), photoId: PhotoId })
type PhotoFile = z.infer<typeof PhotoFile>

/** Paths with `from <= path < to`. */
interface PathRange {
  readonly from: string
  readonly to: string
}

const allPaths: PathRange = { from: '', to: '\u{10ffff}' }

const toMap = (rows: readonly PhotoFile[]): Map<PhotoId, string> =>
  new Map(rows.map(({ path, photoId }) => [photoId, path]))

export function createPhotoFiles(db: Db, { shownNames }: LabelSpellings) {
  const isPresent = 'photo_id IS NOT NULL AND missing_since_ms IS NULL'
  const inRange = `${isPresent} AND path >= @from AND path < @to`
  const photosAmong = db.query(
    'SELECT DISTINCT photo_id AS id FROM file WHERE photo_id IN (SELECT value FROM json_each(@photoIds))',
    z.object({ id: PhotoId }),
  )
  const photoPaths = db.query(
    `SELECT min(path) AS path, photo_id AS photoId FROM file WHERE ${inRange} GROUP BY photo_id`,
    PhotoFile,
  )
  const photoPathsOf = db.query(
    `SELECT min(f.path) AS path, f.photo_id AS photoId
     FROM json_each(@photoIds) e CROSS JOIN file f ON f.photo_id = e.value AND f.missing_since_ms IS NULL
     GROUP BY f.photo_id`,
    PhotoFile,
  )
  // A photo with a size has the SHA-256 of its file itself; see photos.findByHash.
  const unhashed = db.query(
    `SELECT f.path FROM file f JOIN photo p ON p.id = f.photo_id
     WHERE p.size_bytes = 0 AND f.sha256 IS NULL AND f.problem_kind IS NULL AND f.missing_since_ms IS NULL
       AND f.path >= @from AND f.path < @to`,
    z.object({ path: z.string() }),
  )
  const offered = db.query(
    `SELECT l.name FROM file f JOIN photo q ON q.id = f.previous_photo_id
     JOIN annotation a ON a.photo_id = coalesce(q.subject_id, q.id) AND a.state = 'confirmed'
     JOIN label l ON l.id = a.label_id
     WHERE f.id = @fileId AND NOT EXISTS (SELECT 1 FROM file g WHERE g.photo_id = q.id AND g.missing_since_ms IS NULL)
       AND NOT EXISTS (SELECT 1 FROM annotation b WHERE b.photo_id = ${subjectOf('f.photo_id')})
     ORDER BY l.name`,
    z.object({ name: z.string() }),
  )
  const hashOf = db.query(
    `SELECT coalesce(f.sha256, iif(p.size_bytes > 0 AND p.size_bytes = f.size_bytes, p.content_hash, NULL)) AS hash
     FROM file f LEFT JOIN photo p ON p.id = f.photo_id WHERE f.path = @path`,
    z.object({ hash: z.instanceof(Uint8Array).nullable() }),
  )
  const setHash = db.command('UPDATE file SET sha256 = @hash WHERE path = @path')
  const page = db.query(
    `SELECT path, photo_id AS photoId FROM file WHERE ${inRange} ORDER BY path LIMIT @limit`,
    PhotoFile,
  )
  return {
    /** Returns those of the photos that have a file, missing or not. */
    photosAmong: (photoIds: readonly PhotoId[]): Set<PhotoId> =>
      new Set(photosAmong.all({ photoIds: JSON.stringify(photoIds) }).map(({ id }) => id)),
    /** Returns one path for each photo with a file in the range, or anywhere. */
    photoPaths: (range: PathRange = allPaths): Map<PhotoId, string> => toMap(photoPaths.all({ ...range })),
    /** Returns one path for each of these photos; photos without a file are left out. */
    photoPathsOf: (photoIds: readonly PhotoId[]): Map<PhotoId, string> =>
      toMap(photoPathsOf.all({ photoIds: JSON.stringify(photoIds) })),
    /**
     * Returns the confirmed labels of the photo that lay in this file before, and is nowhere now; none where the photo
     * that lies here has annotations of its own.
     */
    offeredLabels: (fileId: FileId): string[] => {
      const shown = shownNames()
      return [...new Set(offered.all({ fileId }).map(({ name }) => shown(name)))]
    },
    /** Returns the paths of photos in the range whose SHA-256 is not known. */
    unhashed: (range: PathRange): string[] => unhashed.all({ ...range }).map(({ path }) => path),
    /** Returns the SHA-256 of all bytes of a file; null where it is not known. */
    hashOf: (path: string): Uint8Array | null => hashOf.get({ path })?.hash ?? null,
    /** Saves the SHA-256 of all bytes of a file. */
    setHash: (path: string, hash: Uint8Array): void => {
      setHash({ path, hash })
    },
    /** Returns the first files in the range that hold a photo, by path. */
    photoFiles: (range: PathRange, limit: number): PhotoFile[] => page.all({ ...range, limit }),
  }
}
