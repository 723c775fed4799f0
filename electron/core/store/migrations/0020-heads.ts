// Heads that were trained on annotations, and the predictions of the promoted one.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- A head applies to the embeddings of one variant. Never changed once written; versions count up for each variant.
CREATE TABLE head (
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('linear', 'nearest-mean')),
  mode TEXT NOT NULL CHECK (mode IN ('single', 'multi')),
  -- Names as a JSON array, in the order of the logits.
  classes TEXT NOT NULL,
  dim INTEGER NOT NULL,
  -- float32, little-endian: [classes, dim] weights, then [classes] biases.
  parameters BLOB NOT NULL,
  temperature REAL NOT NULL,
  l2 REAL,
  seed INTEGER NOT NULL,
  evaluation TEXT NOT NULL CHECK (evaluation IN ('held-out', 'cross-validation', 'none')),
  metrics TEXT,
  created_at_ms INTEGER NOT NULL,
  UNIQUE (variant_id, version)
) STRICT;

-- What a head has seen: a photo that it was trained on says nothing about how good it is.
CREATE TABLE head_example (
  head_id INTEGER NOT NULL REFERENCES head (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  PRIMARY KEY (head_id, photo_id)
) STRICT, WITHOUT ROWID;

-- The newest row of a variant names the head in use; to roll back is to delete it.
CREATE TABLE head_promotion (
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  head_id INTEGER NOT NULL REFERENCES head (id),
  at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX head_promotion_variant ON head_promotion (variant_id, id);

-- Suggestions of the head in use. They come before those of the model, which stay for the day it is rolled back.
CREATE TABLE head_prediction (
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  rank INTEGER NOT NULL CHECK (rank >= 1),
  head_id INTEGER NOT NULL REFERENCES head (id),
  label_id INTEGER NOT NULL REFERENCES label (id),
  score REAL NOT NULL,
  PRIMARY KEY (variant_id, photo_id, rank)
) STRICT, WITHOUT ROWID;
`

export const heads: Migration = {
  version: 20,
  up: (db) => {
    db.exec(schema)
  },
}
