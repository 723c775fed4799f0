// Files that belong to the shot of another one, and what a library itself is told to do.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- The path of the file that is shown for this one too; NULL: it is shown itself. Such a file has no photo_id, so that it
-- is in no list of photos; its photo is kept here, for the day when it is shown.
ALTER TABLE file ADD COLUMN companion_of TEXT;
ALTER TABLE file ADD COLUMN companion_photo_id INTEGER REFERENCES photo (id);
CREATE INDEX file_companion ON file (companion_of) WHERE companion_of IS NOT NULL;

-- Whether a short video lies in the photo's file; read anew.
ALTER TABLE file_metadata ADD COLUMN is_motion INTEGER NOT NULL DEFAULT 0;

CREATE TABLE library_setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

export const companions: Migration = {
  version: 240,
  up: (db) => {
    db.exec(schema)
  },
}
