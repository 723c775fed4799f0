// What a user said of a model whose files do not say it, or chose for it; a JSON object, empty where nothing was chosen.
import type { Migration } from '../sqlite/migrate.ts'

export const modelChoices: Migration = {
  version: 170,
  up: (db) => {
    db.exec(`ALTER TABLE model ADD COLUMN choices TEXT NOT NULL DEFAULT '{}'`)
  },
}
