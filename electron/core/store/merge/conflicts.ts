// Lists what merged libraries said of photos otherwise than this one.
import { MergeConflict } from '../../../contract/imports.ts'
import type { Db } from '../sqlite/connection.ts'

export function createConflicts(db: Db): (limit: number) => MergeConflict[] {
  const list = db.query(
    `SELECT coalesce((SELECT min(f.path) FROM file f WHERE f.photo_id = c.photo_id), '') AS path, l.name AS label, c.source,
       c.source_state AS sourceState, c.source_at_ms AS sourceAtMs, o.name AS ownLabel, c.own_state AS ownState,
       c.own_at_ms AS ownAtMs, c.holds
     FROM merge_conflict c JOIN label l ON l.id = c.label_id JOIN label o ON o.id = c.own_label_id
     ORDER BY max(c.source_at_ms, c.own_at_ms) DESC, c.photo_id, c.label_id LIMIT @limit`,
    MergeConflict,
  )
  return (limit) => list.all({ limit })
}
