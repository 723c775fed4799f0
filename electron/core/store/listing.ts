// Pages of files with their labels: a constant number of queries per page, whatever the size of the library.
import { z } from 'zod'
import { Label, PhotoId, type PhotoFile } from '../../contract/domain.ts'
import type { VariantId } from './models.ts'
import { folderRange } from './paths.ts'
import type { Db } from './sqlite.ts'

export interface PageRequest {
  readonly root: string
  /** Whose suggestions to show; null shows only what people said. */
  readonly variantId: VariantId | null
  /** The last path of the page before; null starts. */
  readonly after: string | null
  readonly limit: number
  /** Suggestions up to this rank; without it, all that are stored. */
  readonly topK?: number | undefined
  /** False leaves out the labels that a person rejected, which otherwise come last. */
  readonly withRejected?: boolean | undefined
}

/** As many as a job may ask for. */
const maxTopK = 100

const FileRow = z.object({
  path: z.string(),
  photoId: PhotoId.nullable(),
  sizeBytes: z.int(),
  isMissing: z.int(),
  problemKind: z.enum(['skipped', 'failed']).nullable(),
  problem: z.string().nullable(),
  status: z.enum(['labelled', 'failed']).nullable(),
  reason: z.string().nullable(),
})
type FileRow = z.infer<typeof FileRow>

const LabelRow = Label.extend({ photoId: PhotoId })

export const pageSql = {
  files: `
    SELECT f.path, f.photo_id AS photoId, f.size_bytes AS sizeBytes, f.missing_since_ms IS NOT NULL AS isMissing,
      f.problem_kind AS problemKind, f.problem, i.status, i.reason
    FROM file f LEFT JOIN inference i ON i.variant_id = @variantId AND i.photo_id = f.photo_id
    WHERE f.path > @after AND f.path < @to ORDER BY f.path LIMIT @limit`,
  // By name, so that a list does not depend on the order of clicks; confirmed sorts before rejected.
  human: `
    SELECT a.photo_id AS photoId, l.name, 'human' AS source, a.state, a.score, NULL AS rank,
      m.name AS modelName, coalesce('head-' || a.head_version, m.version) AS modelVersion, a.at_ms AS atMs
    FROM json_each(@photoIds) e CROSS JOIN annotation a ON a.photo_id = e.value
    JOIN label l ON l.id = a.label_id LEFT JOIN model m ON m.id = a.model_id
    ORDER BY a.photo_id, a.state, l.name`,
  model: `
    SELECT p.photo_id AS photoId, l.name, 'model' AS source, 'suggested' AS state, p.score, p.rank,
      m.name AS modelName, m.version AS modelVersion, i.at_ms AS atMs
    FROM json_each(@photoIds) e
    CROSS JOIN prediction p ON p.variant_id = @variantId AND p.photo_id = e.value AND p.rank <= @topK
    JOIN inference i ON i.variant_id = p.variant_id AND i.photo_id = p.photo_id
    JOIN label l ON l.id = p.label_id
    JOIN model_variant v ON v.id = p.variant_id JOIN model m ON m.id = v.model_id
    WHERE NOT EXISTS (SELECT 1 FROM annotation a WHERE a.photo_id = p.photo_id AND a.label_id = p.label_id)
    ORDER BY p.photo_id, p.rank`,
  // The model steps back for every photo that the head has seen, also where all that the head says was judged.
  seenByHead: `SELECT e.value AS photoId FROM json_each(@photoIds) e
    CROSS JOIN head_prediction p ON p.variant_id = @variantId AND p.photo_id = e.value AND p.rank = 1`,
  head: `
    SELECT p.photo_id AS photoId, l.name, 'model' AS source, 'suggested' AS state, p.score, p.rank,
      m.name AS modelName, 'head-' || h.version AS modelVersion, h.created_at_ms AS atMs
    FROM json_each(@photoIds) e
    CROSS JOIN head_prediction p ON p.variant_id = @variantId AND p.photo_id = e.value AND p.rank <= @topK
    JOIN head h ON h.id = p.head_id
    JOIN label l ON l.id = p.label_id
    JOIN model_variant v ON v.id = p.variant_id JOIN model m ON m.id = v.model_id
    WHERE NOT EXISTS (SELECT 1 FROM annotation a WHERE a.photo_id = p.photo_id AND a.label_id = p.label_id)
    ORDER BY p.photo_id, p.rank`,
} as const

export type Listing = ReturnType<typeof createListing>

export function createListing(db: Db) {
  const files = db.query(pageSql.files, FileRow)
  const human = db.query(pageSql.human, LabelRow)
  const model = db.query(pageSql.model, LabelRow)
  const head = db.query(pageSql.head, LabelRow)
  const seenByHead = db.query(pageSql.seenByHead, z.object({ photoId: PhotoId }))

  const suggestions = (photoIds: string, variantId: VariantId, topK: number) => {
    const seen = new Set(seenByHead.all({ photoIds, variantId }).map(({ photoId }) => photoId))
    const fromModel = model.all({ photoIds, variantId, topK }).filter(({ photoId }) => !seen.has(photoId))
    return seen.size === 0 ? fromModel : [...fromModel, ...head.all({ photoIds, variantId, topK })]
  }

  return {
    /**
     * The next files under the folder in the byte order of their paths. Labels come in the order of their worth: what a
     * person confirmed, then suggestions that nobody judged, then what a person rejected.
     */
    page: ({
      root,
      variantId,
      after,
      limit,
      topK = maxTopK,
      withRejected = true,
    }: PageRequest): PhotoFile[] => {
      const { from, to } = folderRange(root)
      const rows = files.all({ variantId, after: after !== null && after > from ? after : from, to, limit })
      const photoIds = JSON.stringify([...new Set(rows.flatMap(({ photoId }) => photoId ?? []))])
      const judged = groupByPhoto(human.all({ photoIds }))
      const suggested = groupByPhoto(variantId === null ? [] : suggestions(photoIds, variantId, topK))
      return rows.map((row) => {
        const fromPeople = row.photoId === null ? [] : (judged.get(row.photoId) ?? [])
        const fromModel = row.photoId === null ? [] : (suggested.get(row.photoId) ?? [])
        const confirmed = fromPeople.filter(({ state }) => state === 'confirmed')
        const rejected = withRejected ? fromPeople.filter(({ state }) => state === 'rejected') : []
        return {
          photoId: row.photoId,
          path: row.path,
          sizeBytes: row.sizeBytes,
          isMissing: row.isMissing === 1,
          ...toStatus(row, confirmed.length > 0),
          labels: [...confirmed, ...fromModel, ...rejected],
        }
      })
    },
  }
}

/** What is wrong with the file now comes first; then what is known of its photo. */
function toStatus(row: FileRow, isConfirmed: boolean): Pick<PhotoFile, 'status' | 'reason'> {
  if (row.problemKind !== null) return { status: row.problemKind, reason: row.problem }
  if (isConfirmed || row.status === 'labelled') return { status: 'labelled', reason: null }
  if (row.status === 'failed') return { status: 'failed', reason: row.reason }
  return { status: 'pending', reason: null }
}

function groupByPhoto(rows: readonly z.infer<typeof LabelRow>[]): Map<PhotoId, Label[]> {
  const groups = new Map<PhotoId, Label[]>()
  for (const { photoId, ...label } of rows) {
    const group = groups.get(photoId)
    if (group === undefined) groups.set(photoId, [label])
    else group.push(label)
  }
  return groups
}
