// The first schema: files and their photos, models and their predictions, and annotations.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- The folders that a person added. Paths are absolute and '/'-separated everywhere.
CREATE TABLE folder (
  path TEXT PRIMARY KEY,
  added_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One reading of one folder; later scans have higher numbers.
CREATE TABLE scan (
  id INTEGER PRIMARY KEY,
  started_at_ms INTEGER NOT NULL
) STRICT;

-- A photo is content. Rows are never deleted: labels hang on them.
CREATE TABLE photo (
  id INTEGER PRIMARY KEY,
  content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
  size_bytes INTEGER NOT NULL,
  width_px INTEGER,
  height_px INTEGER,
  UNIQUE (content_hash, size_bytes)
) STRICT;

-- A place where a photo lies. Ordered by the bytes of the path, so that a folder is one range of rows.
CREATE TABLE file (
  path TEXT PRIMARY KEY,
  photo_id INTEGER REFERENCES photo (id),
  size_bytes INTEGER NOT NULL,
  modified_at_ms REAL NOT NULL,
  problem_kind TEXT CHECK (problem_kind IN ('skipped', 'failed')),
  problem TEXT,
  scan_id INTEGER NOT NULL REFERENCES scan (id),
  missing_since_ms INTEGER,
  CHECK ((problem_kind IS NULL) = (problem IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- A model that a person added. A removed one keeps its row: jobs and human labels name it.
CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  version TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('checkpoint', 'onnx')),
  classes INTEGER NOT NULL,
  embedding_dim INTEGER,
  input_width_px INTEGER NOT NULL,
  input_height_px INTEGER NOT NULL,
  weight_bytes INTEGER NOT NULL,
  added_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER
) STRICT;

-- A way to run a model. Other numbers come out of each, so predictions belong to a variant.
CREATE TABLE model_variant (
  id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES model (id),
  precision TEXT NOT NULL CHECK (precision IN ('fp32', 'fp16', 'int8')),
  input_width_px INTEGER NOT NULL,
  input_height_px INTEGER NOT NULL,
  UNIQUE (model_id, precision, input_width_px, input_height_px)
) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done', 'failed')),
  reason TEXT,
  counts TEXT NOT NULL,
  device TEXT,
  inferred INTEGER NOT NULL,
  elapsed_ms REAL NOT NULL,
  started_at_ms INTEGER NOT NULL,
  -- Of the run that is going on or was the last one; a resumed job has several.
  last_started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;

CREATE INDEX job_unfinished ON job (request) WHERE state IN ('running', 'paused', 'failed');

-- What came of one photo with one variant.
CREATE TABLE inference (
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  status TEXT NOT NULL CHECK (status IN ('labelled', 'failed')),
  reason TEXT,
  job_id INTEGER NOT NULL REFERENCES job (id),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (variant_id, photo_id),
  CHECK ((status = 'failed') = (reason IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction (
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  rank INTEGER NOT NULL CHECK (rank >= 1),
  label_id INTEGER NOT NULL REFERENCES label (id),
  score REAL NOT NULL,
  PRIMARY KEY (variant_id, photo_id, rank)
) STRICT, WITHOUT ROWID;

-- Apart from the predictions, so that lists never page through vectors: float32, little-endian.
CREATE TABLE embedding (
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  vector BLOB NOT NULL,
  UNIQUE (variant_id, photo_id)
) STRICT;

-- Everything that a person said, and the suggestion that the person judged. Nothing but store/annotations.ts writes here.
CREATE TABLE annotation (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  label_id INTEGER NOT NULL REFERENCES label (id),
  state TEXT NOT NULL CHECK (state IN ('confirmed', 'rejected')),
  model_id INTEGER REFERENCES model (id),
  score REAL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (photo_id, label_id),
  CHECK ((model_id IS NULL) = (score IS NULL))
) STRICT, WITHOUT ROWID;
`

export const initial: Migration = {
  version: 10,
  up: (db) => {
    db.exec(schema)
  },
}
