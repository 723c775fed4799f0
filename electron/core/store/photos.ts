// Photos by their content: the same bytes are the same photo, wherever they lie.
import { z } from 'zod'
import { PhotoId } from '../../contract/domain.ts'
import type { Db } from './sqlite.ts'

const Row = z.object({ id: PhotoId })
const SizeRow = z.object({ widthPx: z.int().nullable(), heightPx: z.int().nullable() })

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
  }
}
