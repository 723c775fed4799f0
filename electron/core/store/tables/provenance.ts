// The provenance of one photo's labels: all annotations and predictions, before the rules are applied.
import type { Label, PhotoId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import { LabelRow } from './annotations-read.ts'
import { countsOf } from './cleared-suggestions.ts'
import type { LabelSpellings } from './labels.ts'
import { subjectOf } from './subjects.ts'

/** The last run of each model on the photo; a model may have run at several precisions. */
const runs = `runs AS (
  SELECT i.variant_id, v.model_id, i.at_ms,
    row_number() OVER (PARTITION BY v.model_id ORDER BY i.at_ms DESC, i.variant_id DESC) AS age
  FROM model_variant v CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = @photoId
  WHERE i.status = 'labelled' AND ${countsOf('i', 'v')})`

const sql = `WITH ${runs}
  SELECT 0 AS section, a.state = 'rejected' AS position, l.name AS name, 'human' AS source, a.state, a.score, NULL AS rank,
    m.name AS modelName, coalesce('head-' || a.head_version, m.version) AS modelVersion, a.at_ms AS atMs,
    a.image_changed_at_ms IS NOT NULL AS isChanged
  FROM annotation a JOIN label l ON l.id = a.label_id LEFT JOIN model m ON m.id = a.model_id
  WHERE a.photo_id = ${subjectOf('@photoId')}
  UNION ALL
  SELECT 1, -r.at_ms, l.name, 'model', 'suggested', p.score, p.rank, m.name, 'head-' || h.version, h.created_at_ms, 0
  FROM runs r CROSS JOIN head_prediction p ON p.variant_id = r.variant_id AND p.photo_id = @photoId
  JOIN head h ON h.id = p.head_id JOIN label l ON l.id = p.label_id JOIN model m ON m.id = r.model_id
  WHERE r.age = 1
  UNION ALL
  SELECT 2, -r.at_ms, l.name, 'model', 'suggested', p.score, p.rank, m.name, m.version, r.at_ms, 0
  FROM runs r CROSS JOIN prediction p ON p.variant_id = r.variant_id AND p.photo_id = @photoId
  JOIN label l ON l.id = p.label_id JOIN model m ON m.id = r.model_id
  WHERE r.age = 1
  ORDER BY section, position, rank, name`

export type Provenance = ReturnType<typeof createProvenance>

export function createProvenance(db: Db, { shownNames }: LabelSpellings) {
  const all = db.query(sql, LabelRow.omit({ photoId: true }))
  return {
    /** Returns annotations, confirmed first; then predictions of each model's last run, the newest first, heads before models. */
    of: (photoId: PhotoId): Label[] => {
      const shown = shownNames()
      return all.all({ photoId }).map((label) => ({ ...label, name: shown(label.name) }))
    },
  }
}
