// Which photos are shown on their side, so that rows have room for them before there is any picture.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Whether the coded width and height change places where the photo is shown; NULL until a file of it is read again, which
-- the next scan does for photos that were never decoded.
ALTER TABLE photo ADD COLUMN is_turned INTEGER;
CREATE INDEX photo_shape_unknown ON photo (id)
  WHERE is_turned IS NULL AND width_px IS NULL AND coded_width_px IS NOT NULL;
`

export const displayedShape: Migration = {
  version: 300,
  up: (db) => {
    db.exec(schema)
  },
}
