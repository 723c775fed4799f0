// Which photos' files a sidecar belongs to: `a.jpg.xmp` to `a.jpg`; `a.xmp` to the one photo named `a`, or the user says.
import { z } from 'zod'
import { rawExtensions } from '../../../contract/formats.ts'
import type { Db } from '../sqlite/connection.ts'

/** Sidecars for each transaction; some milliseconds. */
const chunkSize = 200

/**
 * The sidecars of a chunk, and the files that each may belong to. RAW files count, since their sidecars have this name.
 * What belongs to a file that is shown for it has the sidecars of that one, and that one has its.
 */
const pairs = `
  s AS (
    SELECT id, path, substr(path, 1, length(path) - 4) AS stem FROM file
    WHERE path > @after AND path <= @last AND missing_since_ms IS NULL AND path LIKE '%.xmp'),
  exact AS (
    SELECT s.id AS sidecar_id, coalesce(m.id, f.id) AS file_id FROM s JOIN file f ON f.path = s.stem
    LEFT JOIN file m ON m.path = f.companion_of WHERE f.missing_since_ms IS NULL),
  near AS (
    SELECT s.id AS sidecar_id, f.id AS file_id FROM s CROSS JOIN file f ON f.path > s.stem || '.' AND f.path < s.stem || '/'
    WHERE f.missing_since_ms IS NULL AND f.companion_of IS NULL AND s.id NOT IN (SELECT sidecar_id FROM exact)
      AND instr(substr(f.path, length(s.stem) + 2), '.') = 0
      AND (f.photo_id IS NOT NULL OR lower(substr(f.path, length(s.stem) + 2)) IN (SELECT value FROM json_each(@raw)))),
  pair AS (SELECT * FROM exact UNION ALL SELECT * FROM near),
  counted AS (SELECT *, count(*) OVER (PARTITION BY sidecar_id) AS files FROM pair)`

const SharedRow = z.object({ sidecar: z.string(), files: z.string() })
const SidecarRow = z.object({ path: z.string(), isUsed: z.int().nullable() })

export function createSidecars(db: Db) {
  const lastOfChunk = db.query(
    `SELECT max(path) AS path FROM (SELECT path FROM file WHERE path > @after AND path < @to
       AND missing_since_ms IS NULL AND path LIKE '%.xmp' ORDER BY path LIMIT @limit)`,
    z.object({ path: z.string().nullable() }),
  )
  const drop = db.command(
    `WITH ${pairs} DELETE FROM sidecar WHERE sidecar_id IN (SELECT id FROM s)
       AND (sidecar_id, file_id) NOT IN (SELECT sidecar_id, file_id FROM pair)`,
  )
  const add = db.command(
    `WITH ${pairs} INSERT INTO sidecar (sidecar_id, file_id, is_used)
     SELECT sidecar_id, file_id, iif(files = 1, 1, NULL) FROM counted WHERE true
     ON CONFLICT (sidecar_id, file_id) DO UPDATE SET is_used = coalesce(is_used, excluded.is_used)
     WHERE is_used IS NOT coalesce(is_used, excluded.is_used)`,
  )
  const inRange = 's.path >= @from AND s.path < @to AND s.missing_since_ms IS NULL'
  const shared = db.query(
    `SELECT s.path AS sidecar, json_group_array(f.path) AS files FROM sidecar c
     JOIN file s ON s.id = c.sidecar_id JOIN file f ON f.id = c.file_id
     WHERE ${inRange} AND c.sidecar_id IN (SELECT sidecar_id FROM sidecar WHERE is_used IS NULL)
     GROUP BY s.id ORDER BY s.path`,
    SharedRow,
  )
  const decide = db.command(
    `UPDATE sidecar SET is_used = @isUsed WHERE is_used IS NULL
       AND sidecar_id IN (SELECT id FROM file s WHERE ${inRange})`,
  )
  const damaged = db.query(
    `SELECT s.path FROM file s JOIN file_metadata m ON m.file_id = s.id WHERE ${inRange} AND m.is_damaged = 1 ORDER BY s.path`,
    z.object({ path: z.string() }),
  )
  const ofFile = db.query(
    `SELECT s.path, c.is_used AS isUsed FROM file f JOIN sidecar c ON c.file_id = f.id JOIN file s ON s.id = c.sidecar_id
     WHERE f.path = @path AND s.missing_since_ms IS NULL ORDER BY length(s.path) DESC`,
    SidecarRow,
  )
  const owners = db.query(
    `SELECT f.path FROM file s JOIN sidecar c ON c.sidecar_id = s.id JOIN file f ON f.id = c.file_id
     WHERE s.path = @sidecar AND f.missing_since_ms IS NULL ORDER BY f.path`,
    z.object({ path: z.string() }),
  )
  const namesakes = db.query(
    `SELECT EXISTS (SELECT 1 FROM file f WHERE f.path > @stem || '.' AND f.path < @stem || '/' AND f.path <> @path
       AND f.missing_since_ms IS NULL AND f.companion_of IS NOT @path
       AND f.path IS NOT (SELECT companion_of FROM file WHERE path = @path)
       AND instr(substr(f.path, length(@stem) + 2), '.') = 0
       AND (coalesce(f.photo_id, f.companion_photo_id) IS NOT NULL
         OR lower(substr(f.path, length(@stem) + 2)) IN (SELECT value FROM json_each(@raw)))) AS isThere`,
    z.object({ isThere: z.int() }),
  )
  return {
    /** Returns whether a sidecar without the file's ending could also be that of a photo which is none of its pair. */
    hasNamesakes: (path: string): boolean => {
      const stem = path.slice(0, path.lastIndexOf('.'))
      return namesakes.get({ path, stem, raw: JSON.stringify(rawExtensions) })?.isThere === 1
    },
    /** Finds the files of the next sidecars of the range after this path. Returns where to go on; null at the end. */
    linkSidecars: (range: { readonly after: string; readonly to: string }): string | null => {
      const last = lastOfChunk.get({ ...range, limit: chunkSize })?.path ?? null
      if (last === null) return null
      const values = { after: range.after, last, raw: JSON.stringify(rawExtensions) }
      db.transaction(() => {
        drop(values)
        add(values)
      })
      return last
    },
    /** Returns the sidecars that fit several files, where the user has not said yet whether they are theirs. */
    sharedSidecars: (range: { readonly from: string; readonly to: string }) =>
      shared.all({ ...range }).map(({ sidecar, files }) => ({
        sidecar,
        files: z.array(z.string()).parse(JSON.parse(files)),
      })),
    /** Answers for all of these. Returns how many links it changed. */
    decideShared: (range: { readonly from: string; readonly to: string }, isUsed: boolean): number =>
      decide({ ...range, isUsed: isUsed ? 1 : 0 }),
    /** Returns the files whose XMP cannot be read. */
    damaged: (range: { readonly from: string; readonly to: string }): string[] =>
      damaged.all({ ...range }).map(({ path }) => path),
    /** Returns the shown files that a sidecar may belong to, whatever the user said. */
    ownersOf: (sidecar: string): string[] => owners.all({ sidecar }).map(({ path }) => path),
    /** Returns the sidecars that may be of this file: its full name first. `isUsed`: null where the user was not asked. */
    sidecarsOf: (path: string): { path: string; isUsed: boolean | null }[] =>
      ofFile
        .all({ path })
        .map((row) => ({ path: row.path, isUsed: row.isUsed === null ? null : row.isUsed === 1 })),
  }
}
