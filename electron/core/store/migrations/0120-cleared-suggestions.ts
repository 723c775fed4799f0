// The suggestions of a model can be taken away as a step of the history.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- See [Note: cleared suggestions] in tables/cleared-suggestions.ts.
ALTER TABLE inference ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_variant ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_variant ADD COLUMN shown_generation INTEGER NOT NULL DEFAULT 0;

-- What a step changed of shown_generation.
CREATE TABLE history_suggestions (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  variant_id INTEGER NOT NULL,
  before_generation INTEGER NOT NULL,
  after_generation INTEGER NOT NULL,
  PRIMARY KEY (step_id, variant_id)
) STRICT, WITHOUT ROWID;
`

export const clearedSuggestions: Migration = {
  version: 120,
  up: (db) => {
    db.exec(schema)
  },
}
