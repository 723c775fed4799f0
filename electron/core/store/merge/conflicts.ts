// Lists what merged libraries said of photos otherwise than this one.
import { LabelConflict, RatingConflict, type MergeConflict } from '../../../contract/imports.ts'
import type { Db } from '../sqlite/connection.ts'

const path = `coalesce((SELECT min(f.path) FROM file f WHERE f.photo_id = c.photo_id), '')`

export function createConflicts(db: Db): (limit: number) => MergeConflict[] {
  const labels = db.query(
    `SELECT 'label' AS about, ${path} AS path, l.name AS label, c.source, c.source_state AS sourceState,
       c.source_at_ms AS sourceAtMs, o.name AS ownLabel, c.own_state AS ownState, c.own_at_ms AS ownAtMs, c.holds
     FROM merge_conflict c JOIN label l ON l.id = c.label_id JOIN label o ON o.id = c.own_label_id
     ORDER BY max(c.source_at_ms, c.own_at_ms) DESC, c.photo_id, c.label_id LIMIT @limit`,
    LabelConflict,
  )
  const ratings = db.query(
    `SELECT c.kind AS about, ${path} AS path, c.source, c.source_value AS sourceValue, c.own_value AS ownValue
     FROM merge_rating_conflict c ORDER BY c.photo_id, c.kind, c.source LIMIT @limit`,
    RatingConflict,
  )
  return (limit) => {
    const ofLabels = labels.all({ limit })
    return [...ofLabels, ...ratings.all({ limit: limit - ofLabels.length })]
  }
}
