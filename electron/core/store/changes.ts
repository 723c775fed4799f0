// What changed in the library since it was last asked. Triggers write it down, so that no writer can forget to tell.
import { z } from 'zod'
import type { Db } from './sqlite.ts'

export interface Change {
  readonly fileIds: readonly number[]
  readonly photoIds: readonly number[]
  /** The rules or the classes of models: anything may show differently. */
  readonly isEverything: boolean
}

/** Temporary: they belong to this connection, and are rolled back with it. */
const schema = `
CREATE TEMP TABLE changed_file (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_photo (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_all (id INTEGER PRIMARY KEY);
`

// NULL is left out, since for SQLite a NULL as a number means: take the next one. Not `OR IGNORE`, which in a trigger
// gives way to the conflict clause of the statement that fired it.
const note = (table: string, value: string) =>
  `INSERT INTO changed_${table} SELECT ${value}
   WHERE ${value} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed_${table} WHERE id = ${value});`

/** A trigger for each way in which the rows of a table change. */
const triggers = (
  table: string,
  statements: (row: 'new' | 'old') => string,
  { columns, when }: { columns?: string; when?: (row: 'new' | 'old') => string } = {},
): string =>
  (['INSERT', 'UPDATE', 'DELETE'] as const)
    .map((event) => {
      const row = event === 'DELETE' ? 'old' : 'new'
      const of = event === 'UPDATE' && columns !== undefined ? ` OF ${columns}` : ''
      const condition = when === undefined ? '' : `WHEN ${when(row)}`
      const both = event === 'UPDATE' ? statements('old') : ''
      return `CREATE TEMP TRIGGER ${table}_${event} AFTER ${event}${of} ON main.${table} ${condition}
        BEGIN ${statements(row)} ${both} END;`
    })
    .join('\n')

const ofPhoto = (row: 'new' | 'old') => note('photo', `${row}.photo_id`)
const isFirstRank = { when: (row: 'new' | 'old') => `${row}.rank = 1` }
const anything = () => note('all', '1')

const allTriggers = [
  triggers('annotation', ofPhoto),
  triggers('inference', ofPhoto),
  // The ranks of a photo are written and deleted together: the first one tells for all.
  triggers('prediction', ofPhoto, isFirstRank),
  triggers('head_prediction', ofPhoto, isFirstRank),
  triggers('rules', anything),
  triggers('model_class', anything),
  `CREATE TEMP TRIGGER photo_date AFTER UPDATE OF taken_at_ms ON main.photo
     WHEN old.taken_at_ms IS NOT new.taken_at_ms
     BEGIN ${note('photo', 'new.id')} END;`,
  ...(['INSERT', 'DELETE'] as const).map((event) => {
    const row = event === 'INSERT' ? 'new' : 'old'
    return `CREATE TEMP TRIGGER file_${event} AFTER ${event} ON main.file
      BEGIN ${note('file', `${row}.id`)} ${note('photo', `${row}.photo_id`)} END;`
  }),
  // A scan writes every row that it finds again; only those that are different now count.
  `CREATE TEMP TRIGGER file_UPDATE AFTER UPDATE ON main.file
     WHEN (old.path, old.photo_id, old.modified_at_ms, old.problem_kind, old.problem, old.missing_since_ms)
       IS NOT (new.path, new.photo_id, new.modified_at_ms, new.problem_kind, new.problem, new.missing_since_ms)
     BEGIN ${note('file', 'new.id')} ${note('photo', 'old.photo_id')} ${note('photo', 'new.photo_id')} END;`,
].join('\n')

export type Changes = ReturnType<typeof createChanges>

export function createChanges(db: Db) {
  db.exec(schema)
  db.exec(allTriggers)
  const tables = ['changed_file', 'changed_photo', 'changed_all'] as const
  const any = db.query(
    `SELECT ${tables.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')} AS isAny`,
    z.object({ isAny: z.int() }),
  )
  const read = db.query(
    `SELECT (SELECT json_group_array(id) FROM changed_file) AS files,
       (SELECT json_group_array(id) FROM changed_photo) AS photos,
       EXISTS (SELECT 1 FROM changed_all) AS isEverything`,
    z.object({ files: z.string(), photos: z.string(), isEverything: z.int() }),
  )
  const empty = tables.map((table) => db.command(`DELETE FROM ${table}`))
  const hasAny = (): boolean => any.get()?.isAny === 1
  let version = db.pragma('data_version')

  return {
    hasAny,
    /** What changed since the last time, each number once and in order; null when nothing did. */
    take: (): Change | null => {
      const row = hasAny() ? read.get() : null
      if (row === null) return null
      for (const forget of empty) forget()
      return {
        fileIds: JSON.parse(row.files) as number[],
        photoIds: JSON.parse(row.photos) as number[],
        isEverything: row.isEverything === 1,
      }
    },
    /** Whether another program wrote to the library since the last time this was asked; it does not say what. */
    isForeign: (): boolean => {
      const before = version
      version = db.pragma('data_version')
      return version !== before
    },
    /** Calls after each commit that left something to take. */
    onChange: (listener: () => void): void => {
      db.onCommit(() => {
        if (hasAny()) listener()
      })
    },
  }
}
