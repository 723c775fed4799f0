// Counts files of the whole library or of a folder.
import { z } from 'zod'
import { FileCounts } from '../../../contract/library.ts'
import { notHereReason } from '../../domain/photo-state.ts'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'

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
  return {
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
