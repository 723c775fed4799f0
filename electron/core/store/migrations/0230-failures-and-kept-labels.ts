// Which files failed in the last labelling job, apart from those of earlier ones; and labels that look wrong and are right.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
CREATE TABLE job_failure (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  PRIMARY KEY (job_id, path)
) STRICT, WITHOUT ROWID;

-- The user was asked about the label, and keeps it: it is not doubted again.
CREATE TABLE kept_label (
  photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
  label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
  PRIMARY KEY (photo_id, label_id)
) STRICT, WITHOUT ROWID;
`

export const failuresAndKeptLabels: Migration = {
  version: 230,
  up: (db) => {
    db.exec(schema)
  },
}
