// Promoting a head and rolling it back become steps of the history.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- SQLite cannot change a CHECK, but drops that of a column with the column. The kinds are checked when they are read.
ALTER TABLE history_step ADD COLUMN kind_110 TEXT NOT NULL DEFAULT 'confirm';
UPDATE history_step SET kind_110 = kind;
ALTER TABLE history_step DROP COLUMN kind;
ALTER TABLE history_step RENAME COLUMN kind_110 TO kind;

-- The head in use before and after the step; NULL is the model's own.
CREATE TABLE history_head (
  step_id INTEGER PRIMARY KEY REFERENCES history_step (id) ON DELETE CASCADE,
  variant_id INTEGER NOT NULL,
  before_head_id INTEGER,
  after_head_id INTEGER
) STRICT;
`

export const headSteps: Migration = {
  version: 110,
  up: (db) => {
    db.exec(schema)
  },
}
