// Merges photos: one that is known here by its image stays, and shares annotations with other renderings of it as after a scan.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'
import { createShare } from '../tables/companions.ts'
import { inRange, insertFrom, type Range } from './sql.ts'

const known = `coalesce(
  (SELECT p.id FROM main.photo p WHERE p.identity = s.identity AND p.rendering = s.rendering ORDER BY p.id LIMIT 1),
  (SELECT p.id FROM main.photo p WHERE p.content_hash = s.content_hash AND p.size_bytes = s.size_bytes))`
const PairRow = z.object({ id: z.int(), with: z.int() })

export interface PhotoMerge {
  /** Belongs inside a transaction. */
  readonly photos: (range: Range) => void
  /** Lets photos share annotations as they do in the source, once all of them are here. Belongs inside a transaction. */
  readonly subjects: (range: Range) => void
}

export function createPhotoMerge(db: Db): PhotoMerge {
  const find = db.command(
    `INSERT INTO merging_photo SELECT s.id, ${known}, 0 FROM src.photo s WHERE ${inRange('s.id')} AND ${known} IS NOT NULL`,
  )
  const isUnknown = `${inRange('s.id')} AND s.id NOT IN (SELECT src FROM merging_photo)`
  const insert = db.command(
    `${insertFrom(db, 'photo', { given: { subject_id: 'NULL' }, without: ['id'] })} FROM src.photo s WHERE ${isUnknown}
     ON CONFLICT DO NOTHING`,
  )
  const note = db.command(
    `INSERT INTO merging_photo SELECT s.id, p.id, 1 FROM src.photo s
     JOIN main.photo p ON p.content_hash = s.content_hash AND p.size_bytes = s.size_bytes WHERE ${isUnknown}`,
  )
  const complete = db.command(
    `UPDATE main.photo SET width_px = coalesce(main.photo.width_px, s.width_px),
       height_px = coalesce(main.photo.height_px, s.height_px), taken_at_ms = coalesce(main.photo.taken_at_ms, s.taken_at_ms)
     FROM src.photo s JOIN merging_photo m ON m.src = s.id AND m.is_new = 0
     WHERE main.photo.id = m.id AND ${inRange('s.id')} AND (
       (main.photo.width_px IS NULL AND s.width_px IS NOT NULL) OR (main.photo.taken_at_ms IS NULL AND s.taken_at_ms IS NOT NULL))`,
  )
  const learn = db.command(
    `UPDATE main.photo SET identity = s.identity, rendering = s.rendering, shot = s.shot, coded_width_px = s.coded_width_px,
       coded_height_px = s.coded_height_px, is_turned = s.is_turned
     FROM src.photo s JOIN merging_photo m ON m.src = s.id
     WHERE main.photo.id = m.id AND ${inRange('s.id')} AND main.photo.identity IS NULL AND s.identity IS NOT NULL`,
  )
  const subjects = db.query(
    `SELECT m.id, w.id AS "with" FROM src.photo s JOIN merging_photo m ON m.src = s.id
       JOIN merging_photo w ON w.src = s.subject_id WHERE ${inRange('s.id')}
     UNION SELECT m.id, (SELECT o.id FROM main.photo o WHERE o.identity = s.identity AND o.id <> m.id ORDER BY o.id LIMIT 1)
       FROM src.photo s JOIN merging_photo m ON m.src = s.id AND m.is_new = 1
       WHERE ${inRange('s.id')} AND s.identity IS NOT NULL
         AND EXISTS (SELECT 1 FROM main.photo o WHERE o.identity = s.identity AND o.id <> m.id)`,
    PairRow,
  )
  const share = createShare(db)
  return {
    photos: (range) => {
      find(range)
      insert(range)
      note(range)
      complete(range)
      learn(range)
    },
    subjects: (range) => {
      for (const pair of subjects.all(range)) share(pair.id, pair.with)
    },
  }
}
