// Merges files and what they say. Of two rows of one path, the one of the later scan is kept.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'
import { columnsOf, inRange, insertFrom, mapped, moved, type Range } from './sql.ts'

export interface FileMerge {
  /** Belongs inside a transaction. Returns how many of the present files' paths were known here before. */
  readonly files: (range: Range) => number
  /** Once all files are here. Belongs inside a transaction. */
  readonly sidecars: (range: Range) => void
}

const startOf = (scan: string): string => `(SELECT started_at_ms FROM main.scan WHERE id = ${scan})`

export function createFileMerge(db: Db): FileMerge {
  const path = moved('s.path')
  const given = {
    path,
    photo_id: mapped('photo', 's.photo_id'),
    companion_of: moved('s.companion_of'),
    companion_photo_id: mapped('photo', 's.companion_photo_id'),
    previous_photo_id: mapped('photo', 's.previous_photo_id'),
    scan_id: mapped('scan', 's.scan_id'),
  }
  const names = columnsOf(db, 'file').filter((name) => !['id', 'path', 'previous_photo_id'].includes(name))
  const known = db.query(
    `SELECT count(*) AS files FROM src.file s WHERE ${inRange('s.id')} AND s.missing_since_ms IS NULL
       AND EXISTS (SELECT 1 FROM main.file t WHERE t.path = ${path})`,
    z.object({ files: z.int() }),
  )
  // Rows that stay as they are take no number, either.
  const upsert = db.command(
    `${insertFrom(db, 'file', { given, without: ['id'] })} FROM src.file s LEFT JOIN main.file t ON t.path = ${path}
     WHERE ${inRange('s.id')} AND (t.path IS NULL OR (${startOf(given.scan_id)} > ${startOf('t.scan_id')}
       AND (s.missing_since_ms IS NULL OR t.missing_since_ms IS NOT NULL)))
     ON CONFLICT (path) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')},
       previous_photo_id = iif(file.photo_id IS excluded.photo_id, file.previous_photo_id, file.photo_id)`,
  )
  const ofFile = `JOIN src.file f ON f.id = s.file_id AND ${inRange('f.id')} JOIN main.file t ON t.path = ${moved('f.path')}`
  const isSame = '(t.size_bytes, t.modified_at_ms) = (s.size_bytes, s.modified_at_ms)'
  // A row that is replaced takes its keywords with it.
  const metadata = db.command(
    `${insertFrom(db, 'file_metadata', { given: { file_id: 't.id' } }).replace('INSERT', 'INSERT OR REPLACE')}
     FROM src.file_metadata s ${ofFile} WHERE ${isSame} AND NOT EXISTS (SELECT 1 FROM main.file_metadata m
       WHERE m.file_id = t.id AND (m.size_bytes, m.modified_at_ms) = (s.size_bytes, s.modified_at_ms))`,
  )
  const keywords = db.command(
    `INSERT OR IGNORE INTO main.file_keyword (file_id, name) SELECT t.id, k.name
     FROM src.file_keyword k JOIN src.file_metadata s ON s.file_id = k.file_id ${ofFile}
     JOIN main.file_metadata m ON m.file_id = t.id
     WHERE (m.size_bytes, m.modified_at_ms) = (s.size_bytes, s.modified_at_ms)`,
  )
  const sidecars = db.command(
    `INSERT INTO main.sidecar (sidecar_id, file_id, is_used)
     SELECT c.id, t.id, s.is_used FROM src.sidecar s ${ofFile}
     JOIN src.file x ON x.id = s.sidecar_id JOIN main.file c ON c.path = ${moved('x.path')} WHERE true
     ON CONFLICT DO UPDATE SET is_used = coalesce(is_used, excluded.is_used)
       WHERE is_used IS NOT coalesce(is_used, excluded.is_used)`,
  )
  return {
    files: (range) => {
      const before = known.get(range)?.files ?? 0
      upsert(range)
      metadata(range)
      keywords(range)
      return before
    },
    sidecars: (range) => {
      sidecars(range)
    },
  }
}
