// Heads made of words, and which models read words.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- As in 0110: the kinds are checked when they are read.
ALTER TABLE head ADD COLUMN kind_190 TEXT NOT NULL DEFAULT 'linear';
UPDATE head SET kind_190 = kind;
ALTER TABLE head DROP COLUMN kind;
ALTER TABLE head RENAME COLUMN kind_190 TO kind;

-- 1: it has a text encoder, whose embeddings can be compared with those of photos.
ALTER TABLE model ADD COLUMN reads_words INTEGER NOT NULL DEFAULT 0;
`

export const words: Migration = {
  version: 190,
  up: (db) => {
    db.exec(schema)
  },
}
