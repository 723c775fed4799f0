// Which files failed in the last labelling job, so that they can be shown apart from those of earlier ones.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
CREATE TABLE job_failure (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  PRIMARY KEY (job_id, path)
) STRICT, WITHOUT ROWID;
`

export const jobFailures: Migration = {
  version: 230,
  up: (db) => {
    db.exec(schema)
  },
}
