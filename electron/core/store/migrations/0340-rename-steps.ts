// Filters, pins, colours and saved searches follow the undo of a rename, also after a restart.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Names before and after, and the settings that changed with them, as JSON.
CREATE TABLE history_rename (
  step_id INTEGER PRIMARY KEY REFERENCES history_step (id) ON DELETE CASCADE,
  change TEXT NOT NULL
) STRICT;
`

export const renameSteps: Migration = {
  version: 340,
  up: (db) => {
    db.exec(schema)
  },
}
