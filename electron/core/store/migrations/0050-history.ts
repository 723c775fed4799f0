// The user's steps, so that they can be undone and redone.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- One change by a person; a batch is one step. The undone ones are always the last ones.
CREATE TABLE history_step (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('confirm', 'reject', 'clear', 'accept', 'rename', 'import', 'rules')),
  name TEXT,
  photos INTEGER NOT NULL DEFAULT 0,
  -- Rows of history_change.
  changes INTEGER NOT NULL DEFAULT 0,
  at_ms INTEGER NOT NULL,
  is_undone INTEGER NOT NULL DEFAULT 0,
  -- JSON of the contract's Rules, where the step changed them.
  rules_before TEXT,
  rules_after TEXT
) STRICT;

-- One row of annotation as it was and as it became; a state of NULL stands for no row.
CREATE TABLE history_change (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  photo_id INTEGER NOT NULL,
  label_id INTEGER NOT NULL,
  before_state TEXT,
  before_model_id INTEGER,
  before_score REAL,
  before_at_ms INTEGER,
  before_head_version INTEGER,
  after_state TEXT,
  after_model_id INTEGER,
  after_score REAL,
  after_at_ms INTEGER,
  after_head_version INTEGER,
  PRIMARY KEY (step_id, photo_id, label_id)
) STRICT, WITHOUT ROWID;
`

export const history: Migration = {
  version: 50,
  up: (db) => {
    db.exec(schema)
  },
}
