// For browsing: file numbers, dates, rules, class names, and full-text search.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Files get a number. AUTOINCREMENT: views hold numbers, so that one is never given to another file.
CREATE TABLE numbered_file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  photo_id INTEGER REFERENCES photo (id),
  size_bytes INTEGER NOT NULL,
  modified_at_ms REAL NOT NULL,
  problem_kind TEXT CHECK (problem_kind IN ('skipped', 'failed')),
  problem TEXT,
  scan_id INTEGER NOT NULL REFERENCES scan (id),
  missing_since_ms INTEGER,
  CHECK ((problem_kind IS NULL) = (problem IS NULL))
) STRICT;
INSERT INTO numbered_file (path, photo_id, size_bytes, modified_at_ms, problem_kind, problem, scan_id, missing_since_ms)
  SELECT path, photo_id, size_bytes, modified_at_ms, problem_kind, problem, scan_id, missing_since_ms
  FROM file ORDER BY path;
DROP TABLE file;
ALTER TABLE numbered_file RENAME TO file;
CREATE INDEX file_photo ON file (photo_id) WHERE photo_id IS NOT NULL;

-- When the camera took it, where that is known.
ALTER TABLE photo ADD COLUMN taken_at_ms INTEGER;

-- Which suggestions show, and under which name: one row, as JSON of the contract's Rules.
CREATE TABLE rules (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
) STRICT;

-- Names of the classes of a model, in the order of the logits.
CREATE TABLE model_class (
  model_id INTEGER NOT NULL REFERENCES model (id),
  class_index INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (model_id, class_index)
) STRICT, WITHOUT ROWID;

-- Words of paths by file.id and of labels by label.id, as store/search.ts writes them. Neither a path nor a name ever
-- changes under its number, so what is missing here are the highest numbers, and words of files that are gone do no harm.
CREATE VIRTUAL TABLE file_text USING fts5 (
  words, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE label_text USING fts5 (
  words, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
`

export const browse: Migration = {
  version: 40,
  up: (db) => {
    db.exec(schema)
  },
}
