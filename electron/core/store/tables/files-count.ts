// Counts files of the whole library or of a folder.
import { z } from 'zod'
import { FileCounts } from '../../../contract/library.ts'
import { notHereReason } from '../../domain/photo-state.ts'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'

/** Files of a part of a folder: some milliseconds of work on each. */
const filesOfPart = 20_000

/** `path >= from AND path < to`. */
export type PathRange = ReturnType<typeof folderRange>

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const countColumns = `
  count(*) FILTER (WHERE missing_since_ms IS NULL) AS files,
  count(DISTINCT photo_id) FILTER (WHERE missing_since_ms IS NULL) AS photos,
  count(*) FILTER (WHERE missing_since_ms IS NULL AND problem_kind = 'skipped') AS skipped,
  count(*) FILTER (WHERE missing_since_ms IS NULL AND problem_kind = 'failed') AS failed,
  count(*) FILTER (WHERE missing_since_ms IS NULL AND problem = ${quoted(notHereReason.template)}) AS notHere,
  count(missing_since_ms) AS missing`

export function createFileCounts(db: Db) {
  const countAll = db.query(`SELECT ${countColumns} FROM file`, FileCounts)
  const countRows = db.query(
    'SELECT count(*) AS rows FROM file WHERE path >= @from AND path < @to',
    z.object({ rows: z.int() }),
  )
  const countUnder = db.query(
    `SELECT ${countColumns} FROM file WHERE path >= @from AND path < @to`,
    FileCounts,
  )
  const boundary = db.query(
    `SELECT path FROM file WHERE path >= @from AND path < @to ORDER BY path LIMIT 1 OFFSET @files - 1`,
    z.object({ path: z.string() }),
  )
  const photosUnder = db.query(
    `SELECT json_group_array(DISTINCT photo_id) FILTER (WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL) AS ids
     FROM file WHERE path >= @from AND path < @to`,
    z.object({ ids: z.string() }),
  )
  return {
    /** Yields ranges of paths that are together those under a folder, so that no work on all of them keeps other calls waiting. */
    *parts(folder: string, files = filesOfPart): Generator<PathRange> {
      const { from, to } = folderRange(folder)
      for (let start = from; ;) {
        const last = boundary.get({ from: start, to, files })?.path
        // No name holds this character, so the next part begins behind this path.
        const end = last === undefined ? to : `${last}\0`
        yield { from: start, to: end }
        if (last === undefined) return
        start = end
      }
    },
    /** Returns the counts of a range of paths, and the photos there. */
    countsOf: (range: PathRange): FileCounts & { readonly photoIds: readonly number[] } => {
      const counts = countUnder.get(range)
      if (counts === null) throw new Error('count(*) gave no row')
      return { ...counts, photoIds: JSON.parse(photosUnder.get(range)?.ids ?? '[]') as number[] }
    },
    /** Returns how many files are known under a folder, also missing ones. */
    rows: (folder: string): number => countRows.get(folderRange(folder))?.rows ?? 0,
    /** Returns the counts under one folder, or of the whole library. */
    counts: (folder: string | null = null): FileCounts => {
      const counts = folder === null ? countAll.get() : countUnder.get(folderRange(folder))
      if (counts === null) throw new Error('count(*) gave no row')
      return counts
    },
  }
}
