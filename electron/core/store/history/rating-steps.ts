// Puts the stars and flags that a step changed back to what they were before it, or to what they became after it.
import type { Db } from '../sqlite/connection.ts'

export type RestoreRatings = (stepId: number, side: 'before' | 'after') => void

/** Returns a function that does nothing for a step that changed none. */
export function createRatingSteps(db: Db): RestoreRatings {
  const restoreTo = (side: 'before' | 'after') => {
    const remove = db.command(
      `DELETE FROM photo_rating WHERE photo_id IN (
         SELECT photo_id FROM history_rating
         WHERE step_id = @stepId AND ${side}_stars IS NULL AND ${side}_flag IS NULL)`,
    )
    const put = db.command(
      `INSERT INTO photo_rating (photo_id, stars, flag)
       SELECT photo_id, ${side}_stars, ${side}_flag FROM history_rating
       WHERE step_id = @stepId AND (${side}_stars IS NOT NULL OR ${side}_flag IS NOT NULL)
       ON CONFLICT (photo_id) DO UPDATE SET stars = excluded.stars, flag = excluded.flag`,
    )
    return (stepId: number): void => {
      remove({ stepId })
      put({ stepId })
    }
  }
  const to = { before: restoreTo('before'), after: restoreTo('after') }
  return (stepId, side) => {
    to[side](stepId)
  }
}
