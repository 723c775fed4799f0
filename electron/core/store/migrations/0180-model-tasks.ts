// Models may do something else than label: answer questions, or match sentences.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
ALTER TABLE model ADD COLUMN task TEXT NOT NULL DEFAULT 'labels';
`

export const modelTasks: Migration = {
  version: 180,
  up: (db) => {
    db.exec(schema)
  },
}
