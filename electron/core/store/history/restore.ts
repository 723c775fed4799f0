// Puts what a step changed back to what it was before it, or to what it became after it: annotations, cleared suggestions, stars
// and flags, kept labels and a moved folder.
import type { Db } from '../sqlite/connection.ts'
import { createFolderSteps } from './folder-steps.ts'
import { createKeptSteps } from './kept-steps.ts'
import { createRatingSteps } from './rating-steps.ts'
import { columnList, columnsFromExcluded } from './triggers.ts'

export interface Restore {
  before(stepId: number): void
  after(stepId: number): void
}

export function createRestore(db: Db): Restore {
  const folderSteps = createFolderSteps(db)
  const restoreRatings = createRatingSteps(db)
  const restoreKept = createKeptSteps(db)
  const restoreTo = (side: 'before' | 'after') => {
    const remove = db.command(
      `DELETE FROM annotation WHERE (photo_id, label_id) IN (
         SELECT photo_id, label_id FROM history_change WHERE step_id = @stepId AND ${side}_state IS NULL)`,
    )
    const put = db.command(
      `INSERT INTO annotation (photo_id, label_id, ${columnList()})
       SELECT photo_id, label_id, ${columnList(`${side}_`)} FROM history_change
       WHERE step_id = @stepId AND ${side}_state IS NOT NULL
       ON CONFLICT (photo_id, label_id) DO UPDATE SET ${columnsFromExcluded}`,
    )
    // See [Note: cleared suggestions].
    const show = db.command(
      `UPDATE model_variant SET shown_generation = h.${side}_generation
       FROM history_suggestions h WHERE h.step_id = @stepId AND h.variant_id = model_variant.id`,
    )
    return (stepId: number): void => {
      remove({ stepId })
      put({ stepId })
      show({ stepId })
      restoreRatings(stepId, side)
      restoreKept(stepId, side)
      folderSteps.restore(stepId, side)
    }
  }
  return { before: restoreTo('before'), after: restoreTo('after') }
}
