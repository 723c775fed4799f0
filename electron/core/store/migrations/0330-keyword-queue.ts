// Keywords that are written as the user labels: which photos wait, and what files held before Labelroom wrote into them.
//
// [Note: keyword queue] Triggers queue a photo in the transaction that changes what the user said of it, whatever
// program it is that changes it, so that a kill loses none. A change takes a new number: who writes the keywords of a
// photo removes the number that it began with, and a later one stays pending.
import type { Migration } from '../sqlite/migrate.ts'

/** SQL: what the user chose; another program may have written anything. */
const chosen = (key: string): string =>
  `(SELECT iif(json_valid(value), json_extract(value, '$.${key}'), NULL) FROM library_setting WHERE name = 'keyword-writing')`
const isOn = `${chosen('isAutomatic')} = 1`
/** Suggestions change without the user. */
const isOnForSuggestions = `${isOn} AND ${chosen('autoAbove')} IS NOT NULL`

const queue = (photoId: string): string =>
  `DELETE FROM keyword_pending WHERE photo_id = ${photoId};
   INSERT INTO keyword_pending (photo_id) VALUES (${photoId});`
const subjectOf = (row: string): string =>
  `coalesce((SELECT subject_id FROM photo WHERE id = ${row}.photo_id), ${row}.photo_id)`
const queueAll = `DELETE FROM keyword_pending;
  INSERT INTO keyword_pending (photo_id) SELECT DISTINCT coalesce(p.subject_id, p.id)
  FROM file f JOIN photo p ON p.id = f.photo_id WHERE f.missing_since_ms IS NULL;`

const trigger = (name: string, event: string, when: string, body: string): string =>
  `CREATE TRIGGER keyword_queue_${name} AFTER ${event} WHEN ${when} BEGIN ${body} END;`

/** @param changed columns that matter. */
const ofUser = (table: string, changed: readonly string[]): string => {
  const row = (side: string) => `(${changed.map((column) => `${side}.${column}`).join(', ')})`
  return [
    trigger(`${table}_insert`, `INSERT ON ${table}`, isOn, queue('new.photo_id')),
    trigger(
      `${table}_update`,
      `UPDATE ON ${table}`,
      `${row('old')} IS NOT ${row('new')} AND ${isOn}`,
      queue('new.photo_id'),
    ),
    trigger(`${table}_delete`, `DELETE ON ${table}`, isOn, queue('old.photo_id')),
  ].join('\n')
}

/** The ranks of a photo are written and deleted together: the first one stands for all. */
const ofModel = (table: string): string =>
  (['INSERT', 'DELETE'] as const)
    .map((event) => {
      const row = event === 'INSERT' ? 'new' : 'old'
      const when = `${row}.rank = 1 AND ${isOnForSuggestions}`
      return trigger(`${table}_${event.toLowerCase()}`, `${event} ON ${table}`, when, queue(subjectOf(row)))
    })
    .join('\n')

const ofEverySuggestion = [
  ['rules_insert', 'INSERT ON rules'],
  ['rules', 'UPDATE ON rules'],
  ['decision', 'UPDATE OF min_score, is_multi_label ON model'],
  ['shown', 'UPDATE OF shown_generation ON model_variant'],
]
  .map(([name = '', event = '']) => trigger(name, event, isOnForSuggestions, queueAll))
  .join('\n')

const schema = `
CREATE TABLE keyword_pending (
  -- Never used twice.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The one that the annotations hang on.
  photo_id INTEGER NOT NULL UNIQUE REFERENCES photo (id) ON DELETE CASCADE,
  -- How often writing failed, and when it is tried again.
  tries INTEGER NOT NULL DEFAULT 0,
  retry_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Of a file that Labelroom wrote keywords into, as JSON of FileKeywords.
CREATE TABLE keyword_file (
  file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
  state TEXT NOT NULL
) STRICT;

${ofUser('annotation', ['photo_id', 'label_id', 'state', 'image_changed_at_ms'])}
${ofUser('photo_rating', ['photo_id', 'stars', 'flag'])}
${ofModel('prediction')}
${ofModel('head_prediction')}
${ofEverySuggestion}
`

export const keywordQueue: Migration = {
  version: 330,
  up: (db) => {
    db.exec(schema)
  },
}
