// From which score a model's labels count as suggested, and whether a photo may have several of them.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- NULL: no minimum is known for this model.
ALTER TABLE model ADD COLUMN min_score REAL;
ALTER TABLE model ADD COLUMN is_multi_label INTEGER NOT NULL DEFAULT 0;
-- Other models say it again when they label the next time.
UPDATE model SET is_multi_label = 1 WHERE json_extract(choices, '$.activation') = 'sigmoid';
`

export const decisionRules: Migration = {
  version: 210,
  up: (db) => {
    db.exec(schema)
  },
}
