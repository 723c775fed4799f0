// Steps that are saved in chunks: while one is in progress, it names its writer.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- NULL: the step is complete. Else the program that writes it, as PID@HOST; see [Note: batched steps].
ALTER TABLE history_step ADD COLUMN writer TEXT;
CREATE INDEX history_step_unfinished ON history_step (id) WHERE writer IS NOT NULL;
`

export const batchedSteps: Migration = {
  version: 80,
  up: (db) => {
    db.exec(schema)
  },
}
