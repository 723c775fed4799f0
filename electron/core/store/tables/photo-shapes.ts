// Which shape the photos of many files have, so that a page can lay out rows before it has any picture.
import { z } from 'zod'
import type { FileId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

const Row = z.object({ shapes: z.string() })

export type PhotoShapes = ReturnType<typeof createPhotoShapes>

export function createPhotoShapes(db: Db) {
  // Until a photo is decoded, its coded size stands for it, which may be that of the photo lying on its side.
  const query = db.query(
    `SELECT json_group_array(CAST(round(CASE
         WHEN p.width_px > 0 AND p.height_px > 0 THEN 1000.0 * p.width_px / p.height_px
         WHEN p.coded_width_px > 0 AND p.coded_height_px > 0 THEN 1000.0 * p.coded_width_px / p.coded_height_px
         ELSE 0 END) AS INTEGER) ORDER BY e.key) AS shapes
     FROM json_each(@fileIds) e LEFT JOIN file f ON f.id = e.value LEFT JOIN photo p ON p.id = f.photo_id`,
    Row,
  )
  return {
    /** Returns width / height of each file's photo in thousandths, in the order of the files; 0 where it is not known. */
    ratios: (fileIds: readonly FileId[]): number[] =>
      JSON.parse(query.get({ fileIds: JSON.stringify(fileIds) })?.shapes ?? '[]') as number[],
  }
}
