// Embeddings as float16; those of earlier versions are rewritten piece by piece later, see store/tables/embeddings.ts.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- 1: the vector is float16; 0: float32, as earlier versions wrote it, or since its numbers do not fit float16.
ALTER TABLE embedding ADD COLUMN is_half INTEGER NOT NULL DEFAULT 0;

-- Embeddings up to this id are still to be rewritten; no row: none.
INSERT INTO library_setting (name, value)
SELECT 'embeddings_to_halve', max(id) FROM embedding HAVING max(id) IS NOT NULL;
`

export const halfEmbeddings: Migration = {
  version: 280,
  up: (db) => {
    db.exec(schema)
  },
}
