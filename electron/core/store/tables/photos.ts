// Photos: one rendering of one image each, whatever files hold it. Annotations belong to the image, all else to the photo.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import { createPhotoIdentities } from './photos-identify.ts'

const Row = z.object({ id: PhotoId })
const KeyRow = z.object({ key: z.instanceof(Uint8Array) })
const SizeRow = z.object({ widthPx: z.int().nullable(), heightPx: z.int().nullable() })
const SubjectRow = z.object({ id: PhotoId, subjectId: PhotoId })

/** What decoding a photo reveals. */
export interface SeenPhoto {
  /** As displayed. */
  readonly widthPx: number
  readonly heightPx: number
  /** Null where the camera did not write it. */
  readonly takenAtMs: number | null
}

export type Photos = ReturnType<typeof createPhotos>

export function createPhotos(db: Db) {
  const size = db.query(
    'SELECT width_px AS widthPx, height_px AS heightPx FROM photo WHERE id = @id',
    SizeRow,
  )
  const pictureKey = db.query('SELECT content_hash AS key FROM photo WHERE id = @id', KeyRow)
  const subjects = db.query(
    `SELECT p.id, p.subject_id AS subjectId FROM json_each(@photoIds) e JOIN photo p ON p.id = e.value
     WHERE p.subject_id IS NOT NULL`,
    SubjectRow,
  )
  // A photo from before there were identities, or one of a format that is not parsed, has the SHA-256 of its file itself.
  const findByHash = db.query(
    `SELECT photo_id AS id FROM file WHERE sha256 = @hash AND photo_id IS NOT NULL
     UNION ALL SELECT id FROM photo WHERE content_hash = @hash LIMIT 1`,
    Row,
  )
  const unseen = db.query(
    `SELECT e.value AS id FROM json_each(@photoIds) e
     WHERE NOT EXISTS (SELECT 1 FROM model_variant v CROSS JOIN inference i
       ON i.variant_id = v.id AND i.photo_id = e.value)`,
    Row,
  )
  const noteSeen = db.command(
    `UPDATE photo SET width_px = coalesce(width_px, @widthPx), height_px = coalesce(height_px, @heightPx),
       taken_at_ms = coalesce(taken_at_ms, @takenAtMs)
     WHERE id = @id AND (width_px IS NULL OR (taken_at_ms IS NULL AND @takenAtMs IS NOT NULL))`,
  )

  return {
    ...createPhotoIdentities(db),
    /** Returns a photo of which a file is known to have this SHA-256; null where there is none. */
    findByHash: (hash: Uint8Array): PhotoId | null => findByHash.get({ hash })?.id ?? null,
    /** Returns width and height in pixels, null until the photo was decoded; null for an unknown photo. */
    size: (id: PhotoId): { widthPx: number | null; heightPx: number | null } | null => size.get({ id }),
    /** Returns 64 hexadecimal digits that are the same for the same pixels; null for an unknown photo. */
    pictureKey: (id: PhotoId): string | null => {
      const row = pictureKey.get({ id })
      return row === null ? null : Buffer.from(row.key).toString('hex')
    },
    /** Returns those that no model has labelled or failed on. */
    unseen: (photoIds: readonly PhotoId[]): PhotoId[] =>
      unseen.all({ photoIds: JSON.stringify(photoIds) }).map(({ id }) => id),
    /** Returns, of those photos that share the annotations of another one, that one. */
    subjects: (photoIds: readonly PhotoId[]): Map<PhotoId, PhotoId> =>
      new Map(
        subjects
          .all({ photoIds: JSON.stringify(photoIds) })
          .map(({ id, subjectId }) => [id, subjectId] as const),
      ),
    /** Saves the size and the date of a photo that were not known; its pixels never change, so known ones stay. */
    noteSeen: (id: PhotoId, seen: SeenPhoto): void => {
      noteSeen({ id, ...seen })
    },
  }
}
