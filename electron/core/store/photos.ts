// Photos by their content: the same bytes are the same photo, wherever they lie.
import { z } from 'zod'
import { PhotoId } from '../../contract/domain.ts'
import type { Db } from './sqlite.ts'

const Row = z.object({ id: PhotoId })
const ContentRow = z.object({ hash: z.instanceof(Uint8Array), sizeBytes: z.int() })
const SizeRow = z.object({ widthPx: z.int().nullable(), heightPx: z.int().nullable() })

/** What is seen of a photo by decoding it. */
export interface SeenPhoto {
  /** As displayed. */
  readonly widthPx: number
  readonly heightPx: number
  /** Null where the camera did not write it. */
  readonly takenAtMs: number | null
}

export type Photos = ReturnType<typeof createPhotos>

export function createPhotos(db: Db) {
  const find = db.query('SELECT id FROM photo WHERE content_hash = @hash AND size_bytes = @sizeBytes', Row)
  const insert = db.query(
    'INSERT INTO photo (content_hash, size_bytes) VALUES (@hash, @sizeBytes) RETURNING id',
    Row,
  )
  const size = db.query(
    'SELECT width_px AS widthPx, height_px AS heightPx FROM photo WHERE id = @id',
    SizeRow,
  )

  const content = db.query(
    'SELECT content_hash AS hash, size_bytes AS sizeBytes FROM photo WHERE id = @id',
    ContentRow,
  )
  const noteSeen = db.command(
    `UPDATE photo SET width_px = coalesce(width_px, @widthPx), height_px = coalesce(height_px, @heightPx),
       taken_at_ms = coalesce(taken_at_ms, @takenAtMs)
     WHERE id = @id AND (width_px IS NULL OR (taken_at_ms IS NULL AND @takenAtMs IS NOT NULL))`,
  )

  return {
    /** The photo with this content, which is made when it is new. `hash` is the SHA-256 of the whole file. */
    identify: (hash: Uint8Array, sizeBytes: number): PhotoId =>
      db.transaction(() => {
        const photo = find.get({ hash, sizeBytes }) ?? insert.get({ hash, sizeBytes })
        if (photo === null) throw new Error('INSERT gave no id')
        return photo.id
      }),
    /** Width and height in pixels, null until a model has seen the photo; null for an unknown photo. */
    size: (id: PhotoId): { widthPx: number | null; heightPx: number | null } | null => size.get({ id }),
    /** The SHA-256 of its bytes in hexadecimal, and how many there are; null for an unknown photo. */
    content: (id: PhotoId): { hash: string; sizeBytes: number } | null => {
      const row = content.get({ id })
      return row === null ? null : { ...row, hash: Buffer.from(row.hash).toString('hex') }
    },
    /** Remembers the size and the date of a photo that were not known; content never changes, so known ones stay. */
    noteSeen: (id: PhotoId, seen: SeenPhoto): void => {
      noteSeen({ id, ...seen })
    },
  }
}
