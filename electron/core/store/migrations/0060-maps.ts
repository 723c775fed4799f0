// Maps of the library, which take long to compute, and an index for photos with present files.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- One for each request; it holds as long as the signature of the embeddings is the same.
CREATE TABLE library_map (
  variant_id INTEGER NOT NULL REFERENCES model_variant (id),
  request TEXT NOT NULL,
  signature TEXT NOT NULL,
  -- float32, little-endian: x and y of each photo, in the order of the embeddings.
  coordinates BLOB NOT NULL,
  fitted INTEGER NOT NULL,
  PRIMARY KEY (variant_id, request)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_present ON file (photo_id) WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL;
`

export const maps: Migration = {
  version: 60,
  up: (db) => {
    db.exec(schema)
  },
}
