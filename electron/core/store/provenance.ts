// Who said what about one photo: everything, as it was said, whatever the rules.
import { Label, type PhotoId } from '../../contract/domain.ts'
import type { Db } from './sqlite.ts'

/** The run of each model that looked at the photo last; a model may have run at several precisions. */
const runs = `runs AS (
  SELECT i.variant_id, v.model_id, i.at_ms,
    row_number() OVER (PARTITION BY v.model_id ORDER BY i.at_ms DESC, i.variant_id DESC) AS age
  FROM model_variant v CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = @photoId
  WHERE i.status = 'labelled')`

const sql = `WITH ${runs}
  SELECT 0 AS place, a.state = 'rejected' AS turn, l.name AS name, 'human' AS source, a.state, a.score, NULL AS rank,
    m.name AS modelName, coalesce('head-' || a.head_version, m.version) AS modelVersion, a.at_ms AS atMs
  FROM annotation a JOIN label l ON l.id = a.label_id LEFT JOIN model m ON m.id = a.model_id
  WHERE a.photo_id = @photoId
  UNION ALL
  SELECT 1, -r.at_ms, l.name, 'model', 'suggested', p.score, p.rank, m.name, 'head-' || h.version, h.created_at_ms
  FROM runs r CROSS JOIN head_prediction p ON p.variant_id = r.variant_id AND p.photo_id = @photoId
  JOIN head h ON h.id = p.head_id JOIN label l ON l.id = p.label_id JOIN model m ON m.id = r.model_id
  WHERE r.age = 1
  UNION ALL
  SELECT 2, -r.at_ms, l.name, 'model', 'suggested', p.score, p.rank, m.name, m.version, r.at_ms
  FROM runs r CROSS JOIN prediction p ON p.variant_id = r.variant_id AND p.photo_id = @photoId
  JOIN label l ON l.id = p.label_id JOIN model m ON m.id = r.model_id
  WHERE r.age = 1
  ORDER BY place, turn, rank, name`

export type Provenance = ReturnType<typeof createProvenance>

export function createProvenance(db: Db) {
  const all = db.query(sql, Label)
  return {
    /** What the person said, confirmed first; then of each model's last run, the newest first, heads before models. */
    of: (photoId: PhotoId): Label[] => all.all({ photoId }),
  }
}
