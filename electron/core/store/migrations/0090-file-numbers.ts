// What the file system notes of each file besides size and date; see electron/common/file-stamp.ts.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- NULL until the next scan. REAL, since a number of NTFS may have 64 bits.
ALTER TABLE file ADD COLUMN inode REAL;
ALTER TABLE file ADD COLUMN created_at_ms REAL;
ALTER TABLE file ADD COLUMN changed_at_ms REAL;
`

export const fileNumbers: Migration = {
  version: 90,
  up: (db) => {
    db.exec(schema)
  },
}
