// Stars and flags that libraries which were merged into this one give otherwise than this one does.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
CREATE TABLE merge_rating_conflict (
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  kind TEXT NOT NULL CHECK (kind IN ('stars', 'flag')),
  -- The file of the library that was merged, as it was named then.
  source TEXT NOT NULL,
  source_value INTEGER NOT NULL,
  -- What held here when it was merged. Ratings have no time, so that of this library holds.
  own_value INTEGER NOT NULL,
  PRIMARY KEY (photo_id, kind, source)
) STRICT, WITHOUT ROWID;
`

export const ratingConflicts: Migration = {
  version: 310,
  up: (db) => {
    db.exec(schema)
  },
}
