// An index by which it is known at once which labels the user confirmed.
import type { Migration } from '../sqlite/migrate.ts'

export const labelSpellings: Migration = {
  version: 260,
  up: (db) => {
    db.exec("CREATE INDEX annotation_confirmed ON annotation (label_id) WHERE state = 'confirmed'")
  },
}
