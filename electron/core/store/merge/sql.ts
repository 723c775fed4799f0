// What the statements of a merge share. The library that is merged is attached as `src`; temporary tables say which of its
// numbers is which here.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

const schema = `
CREATE TEMP TABLE IF NOT EXISTS merging_root (before TEXT PRIMARY KEY, after TEXT NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_label (src INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_model (src INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_variant (src INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_job (src INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_scan (src INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_photo (src INTEGER PRIMARY KEY, id INTEGER NOT NULL, is_new INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_outcome (id INTEGER PRIMARY KEY, src INTEGER NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS merging_head (variant_id INTEGER, src INTEGER, version INTEGER NOT NULL, PRIMARY KEY (variant_id, src));
`

/** Those that are about one source. */
const perSource = ['label', 'model', 'variant', 'job', 'scan', 'photo', 'head'].map(
  (name) => `merging_${name}`,
)

export function createMergeTables(db: Db): void {
  db.exec(schema)
}

export function emptyMergeTables(db: Db): void {
  for (const table of perSource) db.exec(`DELETE FROM temp.${table}`)
}

/** A path of the source as it is here, by the roots that the user named; the longest one decides. */
export const moved = (path: string): string =>
  `coalesce((SELECT r.after || substr(${path}, length(r.before) + 1) FROM merging_root r
     WHERE ${path} = r.before OR substr(${path}, 1, length(r.before) + 1) = r.before || '/'
     ORDER BY length(r.before) DESC LIMIT 1), ${path})`

/** The number here of what a column of the source refers to; null for null. */
export const mapped = (
  noun: 'label' | 'model' | 'variant' | 'job' | 'scan' | 'photo',
  column: string,
): string => `(SELECT id FROM merging_${noun} WHERE src = ${column})`

const Column = z.object({ name: z.string() })

/**
 * Returns `INSERT INTO table (…) SELECT …` for all columns of a table but those left out, as they are in the source `s` or
 * as `given` says. So columns that later versions add are merged, too.
 */
export function insertFrom(
  db: Db,
  table: string,
  {
    given = {},
    without = [],
  }: { readonly given?: Readonly<Record<string, string>>; readonly without?: readonly string[] },
): string {
  const names = columnsOf(db, table).filter((name) => !without.includes(name))
  const values = names.map((name) => given[name] ?? `s.${name}`)
  return `INSERT INTO main.${table} (${names.join(', ')}) SELECT ${values.join(', ')}`
}

export const columnsOf = (db: Db, table: string): string[] =>
  db
    .query('SELECT name FROM pragma_table_info(@table)', Column)
    .all({ table })
    .map(({ name }) => name)

/** The first and the last number of a chunk. */
export type Range = Readonly<{ from: number; to: number }>

/** The part of the source that is in a chunk. */
export const inRange = (column: string): string => `${column} BETWEEN @from AND @to`
