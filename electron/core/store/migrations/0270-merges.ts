// What libraries that were merged into this one say of photos otherwise than this one did.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
CREATE TABLE merge_conflict (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  label_id INTEGER NOT NULL REFERENCES label (id),
  -- The file of the library that was merged, as it was named then.
  source TEXT NOT NULL,
  -- What it said of this label of the photo, and when.
  source_state TEXT NOT NULL CHECK (source_state IN ('confirmed', 'rejected')),
  source_at_ms INTEGER NOT NULL,
  -- What this library said: of the same label the opposite, or that the photo has another label.
  own_label_id INTEGER NOT NULL REFERENCES label (id),
  own_state TEXT NOT NULL CHECK (own_state IN ('confirmed', 'rejected')),
  own_at_ms INTEGER NOT NULL,
  -- Opposites cannot both hold: the later one does. Two labels can.
  holds TEXT NOT NULL CHECK (holds IN ('source', 'own', 'both')),
  PRIMARY KEY (photo_id, label_id, source)
) STRICT, WITHOUT ROWID;
`

export const merges: Migration = {
  version: 270,
  up: (db) => {
    db.exec(schema)
  },
}
