// Which shape the photos of many files have, so that a page can lay out rows before it has any picture.
import { z } from 'zod'
import { PhotoId, type FileId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

const Row = z.object({ shapes: z.string() })
const UnknownRow = z.object({ photoId: PhotoId, path: z.string() })

export type PhotoShapes = ReturnType<typeof createPhotoShapes>

export function createPhotoShapes(db: Db) {
  // Until a photo is decoded, the size that its file names stands for it.
  const query = db.query(
    `SELECT json_group_array(CAST(round(CASE
         WHEN p.width_px > 0 AND p.height_px > 0 THEN 1000.0 * p.width_px / p.height_px
         WHEN p.coded_width_px > 0 AND p.coded_height_px > 0 THEN iif(p.is_turned = 1,
           1000.0 * p.coded_height_px / p.coded_width_px, 1000.0 * p.coded_width_px / p.coded_height_px)
         ELSE 0 END) AS INTEGER) ORDER BY e.key) AS shapes
     FROM json_each(@fileIds) e LEFT JOIN file f ON f.id = e.value LEFT JOIN photo p ON p.id = f.photo_id`,
    Row,
  )
  const unknown = db.query(
    `SELECT p.id AS photoId, min(f.path) AS path FROM photo p JOIN file f ON f.photo_id = p.id
     WHERE p.is_turned IS NULL AND p.width_px IS NULL AND p.coded_width_px IS NOT NULL AND p.id > @after
       AND f.path >= @from AND f.path < @to AND f.missing_since_ms IS NULL AND f.problem_kind IS NULL
     GROUP BY p.id ORDER BY p.id LIMIT @limit`,
    UnknownRow,
  )
  const note = db.command('UPDATE photo SET is_turned = @isTurned WHERE id = @photoId AND is_turned IS NULL')
  return {
    /** Returns width / height of each file's photo in thousandths, in the order of the files; 0 where it is not known. */
    ratios: (fileIds: readonly FileId[]): number[] =>
      JSON.parse(query.get({ fileIds: JSON.stringify(fileIds) })?.shapes ?? '[]') as number[],
    /** Returns the next photos of these paths that were recorded before it was known whether they lie on their side. */
    unknown: (range: {
      readonly from: string
      readonly to: string
      readonly after: number
      readonly limit: number
    }): { photoId: PhotoId; path: string }[] => unknown.all(range),
    noteTurned: (photoId: PhotoId, isTurned: boolean): void => {
      note({ photoId, isTurned: isTurned ? 1 : 0 })
    },
  }
}
