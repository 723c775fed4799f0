// Takes back that the user kept labels which looked wrong, and keeps them again.
import type { Db } from '../sqlite/connection.ts'

export type RestoreKept = (stepId: number, side: 'before' | 'after') => void

/** Returns a function that does nothing for a step that kept none. */
export function createKeptSteps(db: Db): RestoreKept {
  const to = {
    before: db.command(
      `DELETE FROM kept_label
       WHERE (photo_id, label_id) IN (SELECT photo_id, label_id FROM history_kept WHERE step_id = @stepId)`,
    ),
    after: db.command(
      `INSERT OR IGNORE INTO kept_label (photo_id, label_id)
       SELECT h.photo_id, h.label_id FROM history_kept h JOIN photo p ON p.id = h.photo_id JOIN label l ON l.id = h.label_id
       WHERE h.step_id = @stepId`,
    ),
  }
  return (stepId, side) => {
    to[side]({ stepId })
  }
}
