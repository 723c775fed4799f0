// Stars and flags that the user gave to photos, and what a step changed of them.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- NULL: the user said nothing about it, and what the files say counts.
CREATE TABLE photo_rating (
  photo_id INTEGER PRIMARY KEY REFERENCES photo (id),
  -- 0..5
  stars INTEGER,
  -- 1: a pick, -1: a reject, 0: neither
  flag INTEGER
) STRICT;

-- One row of photo_rating as it was and as it became; where both are NULL, there is none.
CREATE TABLE history_rating (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  photo_id INTEGER NOT NULL,
  before_stars INTEGER,
  before_flag INTEGER,
  after_stars INTEGER,
  after_flag INTEGER,
  PRIMARY KEY (step_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX history_rating_photo ON history_rating (photo_id);
`

export const ratings: Migration = {
  version: 250,
  up: (db) => {
    db.exec(schema)
  },
}
