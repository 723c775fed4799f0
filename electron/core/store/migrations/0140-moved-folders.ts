// A folder of the library can be found again under another path, as a step of the history.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
CREATE TABLE history_folder (
  step_id INTEGER PRIMARY KEY REFERENCES history_step (id) ON DELETE CASCADE,
  before_path TEXT NOT NULL,
  after_path TEXT NOT NULL
) STRICT;
`

export const movedFolders: Migration = {
  version: 140,
  up: (db) => {
    db.exec(schema)
  },
}
