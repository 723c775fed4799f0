// Which files failed in the last labelling job, apart from those of earlier ones; labels that look wrong and are right; and
// what a training said of its head.
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

-- JSON of HeadResult: how the head compared with its rivals of that moment.
CREATE TABLE head_result (
  head_id INTEGER PRIMARY KEY REFERENCES head (id) ON DELETE CASCADE,
  result TEXT NOT NULL
) STRICT;
`

export const failuresAndKeptLabels: Migration = {
  version: 230,
  up: (db) => {
    db.exec(schema)
  },
}
