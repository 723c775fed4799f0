// What the files themselves say: keywords, rating, place and the like, of photos and of the sidecars beside them.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Of a photo's file or of a sidecar, as it was when it had this size and date.
CREATE TABLE file_metadata (
  file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
  size_bytes INTEGER NOT NULL,
  modified_at_ms REAL NOT NULL,
  -- Whether its XMP cannot be read.
  is_damaged INTEGER NOT NULL,
  rating INTEGER,
  title TEXT,
  latitude REAL,
  longitude REAL,
  camera TEXT,
  lens TEXT,
  taken_at TEXT
) STRICT;

CREATE TABLE file_keyword (
  file_id INTEGER NOT NULL REFERENCES file_metadata (file_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (file_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_keyword_name ON file_keyword (name);

-- Which photos' files a sidecar is beside: one, or several of one name, of which the user says whether it is theirs.
CREATE TABLE sidecar (
  sidecar_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  -- NULL: the user was not asked yet; 1: it is read and written for this file.
  is_used INTEGER,
  PRIMARY KEY (sidecar_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecar_file ON sidecar (file_id);

-- Keywords that Labelroom wrote for a photo, so that it may take them out again.
CREATE TABLE written_keyword (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  name TEXT NOT NULL,
  PRIMARY KEY (photo_id, name)
) STRICT, WITHOUT ROWID;

-- What a step wrote into files, as JSON of KeywordChange: undo writes the opposite.
CREATE TABLE history_keywords (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (step_id, path)
) STRICT, WITHOUT ROWID;
`

export const fileMetadata: Migration = {
  version: 200,
  up: (db) => {
    db.exec(schema)
  },
}
