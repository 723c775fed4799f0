// Steps that are saved in pieces: while one is under way, it says who writes it.
import type { Migration } from '../migrate.ts'

const schema = `
-- NULL: the step is whole. Else the program that writes it, as PID@HOST; see [Note: long steps].
ALTER TABLE history_step ADD COLUMN writer TEXT;
CREATE INDEX history_step_unfinished ON history_step (id) WHERE writer IS NOT NULL;
`

export const longSteps: Migration = {
  version: 80,
  up: (db) => {
    db.exec(schema)
  },
}
