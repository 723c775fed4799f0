// The predictions of a head in its evaluation: the photos behind each cell of its confusion matrix.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- Classes by their place in head.classes. A photo with several labels has a row for each of them.
CREATE TABLE head_evaluation (
  head_id INTEGER NOT NULL REFERENCES head (id),
  truth INTEGER NOT NULL,
  predicted INTEGER NOT NULL,
  photo_id INTEGER NOT NULL REFERENCES photo (id),
  PRIMARY KEY (head_id, truth, predicted, photo_id)
) STRICT, WITHOUT ROWID;
`

export const evaluations: Migration = {
  version: 70,
  up: (db) => {
    db.exec(schema)
  },
}
