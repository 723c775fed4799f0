// Carries annotations, stars and flags over to a photo that was edited in place. Belongs inside a transaction.
import type { PhotoId } from '../../../contract/domain.ts'
import { annotationColumns, columnList } from '../history/triggers.ts'
import type { Db } from '../sqlite/connection.ts'

const mark = 'image_changed_at_ms'

/** The columns of one side of a change, marked where there is an annotation. */
const marked = (side: string): string =>
  annotationColumns
    .map((name) =>
      name === mark ? `iif(${side}state IS NULL, NULL, coalesce(${side}${mark}, @atMs))` : side + name,
    )
    .join(', ')

export type CarryAnnotations = (from: PhotoId, to: PhotoId) => void

/**
 * Returns how to give a new photo the annotations of another one, marked as said of an earlier image, and its rating. Their history
 * comes along: whichever step is undone later changes both, as if both had been there then.
 */
export function createCarry(db: Db): CarryAnnotations {
  const carry = db.command(
    `INSERT INTO annotation (photo_id, label_id, ${columnList()})
     SELECT @to, label_id, ${marked('')} FROM annotation WHERE photo_id = @from`,
  )
  const carryHistory = db.command(
    `INSERT INTO history_change (step_id, photo_id, label_id, ${columnList('before_')}, ${columnList('after_')})
     SELECT step_id, @to, label_id, ${marked('before_')}, ${marked('after_')}
     FROM history_change WHERE photo_id = @from`,
  )
  const carryRating = db.command(
    'INSERT INTO photo_rating (photo_id, stars, flag) SELECT @to, stars, flag FROM photo_rating WHERE photo_id = @from',
  )
  const carryRatingHistory = db.command(
    `INSERT INTO history_rating (step_id, photo_id, before_stars, before_flag, after_stars, after_flag)
     SELECT step_id, @to, before_stars, before_flag, after_stars, after_flag FROM history_rating WHERE photo_id = @from`,
  )
  return (from, to) => {
    const values = { from, to, atMs: Date.now() }
    carry(values)
    carryHistory(values)
    carryRating({ from, to })
    carryRatingHistory({ from, to })
  }
}
