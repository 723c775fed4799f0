// k-nearest-neighbour heads, the head in the provenance of annotations, and an index from photos to their files.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- SQLite cannot change a CHECK: a new table takes the place of the old one, and those that refer to it come along.
CREATE TABLE head_30 (
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('linear', 'nearest-mean', 'knn')),
  mode TEXT NOT NULL CHECK (mode IN ('single', 'multi')),
  -- Names as a JSON array, in the order of the logits.
  classes TEXT NOT NULL,
  dim INTEGER NOT NULL,
  -- float32, little-endian: [classes, dim] weights, then [classes] biases; of knn: see learning/nearest-neighbours.ts.
  parameters BLOB NOT NULL,
  temperature REAL NOT NULL,
  l2 REAL,
  seed INTEGER NOT NULL,
  evaluation TEXT NOT NULL CHECK (evaluation IN ('held-out', 'cross-validation', 'none')),
  metrics TEXT,
  created_at_ms INTEGER NOT NULL,
  UNIQUE (variant_id, version)
) STRICT;
INSERT INTO head_30 SELECT * FROM head;

CREATE TABLE head_example_30 (
  head_id INTEGER NOT NULL REFERENCES head_30 (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  PRIMARY KEY (head_id, photo_id)
) STRICT, WITHOUT ROWID;
INSERT INTO head_example_30 SELECT * FROM head_example;

CREATE TABLE head_promotion_30 (
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  head_id INTEGER NOT NULL REFERENCES head_30 (id),
  at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO head_promotion_30 SELECT * FROM head_promotion;

CREATE TABLE head_prediction_30 (
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  rank INTEGER NOT NULL CHECK (rank >= 1),
  head_id INTEGER NOT NULL REFERENCES head_30 (id),
  label_id INTEGER NOT NULL REFERENCES label (id),
  score REAL NOT NULL,
  PRIMARY KEY (variant_id, photo_id, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO head_prediction_30 SELECT * FROM head_prediction;

DROP TABLE head_example;
DROP TABLE head_promotion;
DROP TABLE head_prediction;
DROP TABLE head;
ALTER TABLE head_30 RENAME TO head;
ALTER TABLE head_example_30 RENAME TO head_example;
ALTER TABLE head_promotion_30 RENAME TO head_promotion;
ALTER TABLE head_prediction_30 RENAME TO head_prediction;
CREATE INDEX head_promotion_variant ON head_promotion (variant_id, id);

-- The version of the head whose suggestion a person judged; null: the model's own. A head may be gone, its number stays.
ALTER TABLE annotation ADD COLUMN head_version INTEGER;

CREATE INDEX file_photo ON file (photo_id) WHERE photo_id IS NOT NULL;
`

export const learning: Migration = {
  version: 30,
  up: (db) => {
    db.exec(schema)
  },
}
