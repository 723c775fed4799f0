// Keeping a label that looked wrong is a step of the history, which undo takes back.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Rows of kept_label that a step added.
CREATE TABLE history_kept (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  photo_id INTEGER NOT NULL,
  label_id INTEGER NOT NULL,
  PRIMARY KEY (step_id, photo_id, label_id)
) STRICT, WITHOUT ROWID;
`

export const keptSteps: Migration = {
  version: 320,
  up: (db) => {
    db.exec(schema)
  },
}
