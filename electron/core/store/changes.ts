// Changes of the library since they were last taken. Triggers record them, so that no writer can forget to.
import { z } from 'zod'
import type { Db } from './sqlite/connection.ts'

export interface Change {
  readonly fileIds: readonly number[]
  readonly photoIds: readonly number[]
  /** The rules or the classes of models: anything may show differently. */
  readonly isEverything: boolean
  /** What is known of any photo may have changed. */
  readonly isEveryPhoto: boolean
}

/** Temporary: they belong to this connection, and are rolled back with it. */
const schema = `
CREATE TEMP TABLE changed_file (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_photo (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_all (id INTEGER PRIMARY KEY);
`

// NULL is left out, since for SQLite a NULL as a number means: take the next one. Not `OR IGNORE`, which in a trigger
// gives way to the conflict clause of the statement that fired it.
const record = (table: string, value: string) =>
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

const ofPhoto = (row: 'new' | 'old') => record('photo', `${row}.photo_id`)
/** The annotations of a photo count for the other renderings of its image too. */
const ofSubject = (row: 'new' | 'old') =>
  `${ofPhoto(row)} INSERT INTO changed_photo SELECT p.id FROM photo p
   WHERE p.subject_id = ${row}.photo_id AND NOT EXISTS (SELECT 1 FROM changed_photo WHERE id = p.id);`
/** What a sidecar says counts for the files that it is beside, what a companion says for the file that is shown for it. */
const ofFileAndCompanions = (row: 'new' | 'old') =>
  `${record('file', `${row}.file_id`)} INSERT INTO changed_file SELECT c.file_id FROM sidecar c
   WHERE c.sidecar_id = ${row}.file_id AND NOT EXISTS (SELECT 1 FROM changed_file WHERE id = c.file_id);
   INSERT INTO changed_file SELECT f.id FROM file c JOIN file f ON f.path = c.companion_of
   WHERE c.id = ${row}.file_id AND NOT EXISTS (SELECT 1 FROM changed_file WHERE id = f.id);`
const isFirstRank = { when: (row: 'new' | 'old') => `${row}.rank = 1` }
const anything = () => record('all', '1')

const allTriggers = [
  triggers('annotation', ofSubject),
  triggers('photo_rating', ofSubject),
  triggers('inference', ofPhoto),
  // The ranks of a photo are written and deleted together: the first one stands for all.
  triggers('prediction', ofPhoto, isFirstRank),
  triggers('head_prediction', ofPhoto, isFirstRank),
  triggers('rules', anything),
  triggers('model_class', anything),
  // Of the photos nothing changed.
  triggers('folder', () => record('all', '3')),
  triggers('file_keyword', ofFileAndCompanions),
  triggers('file_metadata', ofFileAndCompanions),
  triggers('sidecar', (row) => record('file', `${row}.file_id`)),
  `CREATE TEMP TRIGGER model_decision AFTER UPDATE OF min_score, is_multi_label ON main.model
     BEGIN ${record('all', '1')} END;`,
  `CREATE TEMP TRIGGER shown_generation AFTER UPDATE OF shown_generation ON main.model_variant
     BEGIN ${record('all', '2')} END;`,
  `CREATE TEMP TRIGGER photo_date AFTER UPDATE OF taken_at_ms, subject_id ON main.photo
     WHEN (old.taken_at_ms, old.subject_id) IS NOT (new.taken_at_ms, new.subject_id)
     BEGIN ${record('photo', 'new.id')} END;`,
  ...(['INSERT', 'DELETE'] as const).map((event) => {
    const row = event === 'INSERT' ? 'new' : 'old'
    return `CREATE TEMP TRIGGER file_${event} AFTER ${event} ON main.file
      BEGIN ${record('file', `${row}.id`)} ${record('photo', `${row}.photo_id`)} END;`
  }),
  // A scan writes every row that it finds again; only those that are different now count.
  `CREATE TEMP TRIGGER file_UPDATE AFTER UPDATE ON main.file
     WHEN (old.path, old.photo_id, old.modified_at_ms, old.problem_kind, old.problem,
       old.problem_values, old.missing_since_ms)
       IS NOT (new.path, new.photo_id, new.modified_at_ms, new.problem_kind, new.problem,
       new.problem_values, new.missing_since_ms)
     BEGIN ${record('file', 'new.id')} ${record('photo', 'old.photo_id')} ${record('photo', 'new.photo_id')} END;`,
].join('\n')

export type Changes = ReturnType<typeof createChanges>

/** `isNoting`: without it nothing is ever found to have changed. */
export function createChanges(db: Db, isNoting: boolean) {
  db.exec(schema)
  if (isNoting) db.exec(allTriggers)
  const tables = ['changed_file', 'changed_photo', 'changed_all'] as const
  const any = db.query(
    `SELECT ${tables.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')} AS isAny`,
    z.object({ isAny: z.int() }),
  )
  const read = db.query(
    `SELECT (SELECT json_group_array(id) FROM changed_file) AS files,
       (SELECT json_group_array(id) FROM changed_photo) AS photos,
       EXISTS (SELECT 1 FROM changed_all WHERE id = 1) AS isEverything,
       EXISTS (SELECT 1 FROM changed_all WHERE id = 2) AS isEveryPhoto`,
    z.object({ files: z.string(), photos: z.string(), isEverything: z.int(), isEveryPhoto: z.int() }),
  )
  const empty = tables.map((table) => db.command(`DELETE FROM ${table}`))
  const hasAny = (): boolean => any.get()?.isAny === 1
  let version = db.pragma('data_version')

  return {
    hasAny,
    /** Returns what changed since the last call, each number once and in order; null when nothing did. */
    take: (): Change | null => {
      const row = hasAny() ? read.get() : null
      if (row === null) return null
      for (const forget of empty) forget()
      return {
        fileIds: JSON.parse(row.files) as number[],
        photoIds: JSON.parse(row.photos) as number[],
        isEverything: row.isEverything === 1,
        isEveryPhoto: row.isEveryPhoto === 1,
      }
    },
    /** Returns whether another program wrote to the library since the last call; what it wrote is unknown. */
    isForeign: (): boolean => {
      const before = version
      version = db.pragma('data_version')
      return version !== before
    },
    /** Calls the listener after each commit that left something to take. */
    onChange: (listener: () => void): void => {
      db.onCommit(() => {
        if (hasAny()) listener()
      })
    },
  }
}
