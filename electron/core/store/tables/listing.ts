// Pages of files with their labels: a constant number of queries per page, whatever the size of the library.
import { z } from 'zod'
import { PhotoId, type Label } from '../../../contract/domain.ts'
import type { PhotoFile } from '../../../contract/photos.ts'
import type { VariantId } from './model-variants.ts'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'
import { readMessage } from './stored-message.ts'
import { countsOf } from './cleared-suggestions.ts'
import type { AnnotationReader } from './annotations-read.ts'
import type { Suggestions } from './suggestions.ts'

export interface PageRequest {
  readonly root: string
  /** Whose suggestions to show; `latest`: for each photo, of the variant that labelled it last; null: only annotations. */
  readonly variantId: VariantId | 'latest' | null
  /** The last path of the page before; null starts. */
  readonly after: string | null
  readonly limit: number
  /** Suggestions up to this rank, counted after renaming; without it, all that are stored. */
  readonly topK?: number | undefined
  /** False leaves out rejected labels, which otherwise come last. */
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
  problemValues: z.string().nullable(),
  status: z.enum(['labelled', 'failed']).nullable(),
  reason: z.string().nullable(),
  reasonValues: z.string().nullable(),
})
type FileRow = z.infer<typeof FileRow>

/** What is known of each file `f`, of the sources that the statement adds. */
const filesFrom = (source: string): string => `
    SELECT f.path, f.photo_id AS photoId, f.size_bytes AS sizeBytes, f.missing_since_ms IS NOT NULL AS isMissing,
      f.problem_kind AS problemKind, f.problem, f.problem_values AS problemValues,
      i.status, i.reason, i.reason_values AS reasonValues
    FROM ${source} LEFT JOIN inference i ON i.photo_id = f.photo_id AND i.variant_id =
      CASE WHEN @isLatest = 0 THEN @variantId ELSE (
        SELECT j.variant_id FROM model_variant v
        CROSS JOIN inference j ON j.variant_id = v.id AND j.photo_id = f.photo_id
        WHERE ${countsOf('j', 'v')} ORDER BY j.status = 'labelled' DESC, j.at_ms DESC, j.variant_id DESC LIMIT 1) END AND ${countsOf('i')}`

export const pageSql = {
  files: `${filesFrom('file f')} WHERE f.path > @after AND f.path < @to ORDER BY f.path LIMIT @limit`,
  ofPhotos: `${filesFrom('json_each(@photoIds) e CROSS JOIN file f ON f.photo_id = e.value')} ORDER BY f.path`,
} as const

type Shown = Pick<PageRequest, 'variantId' | 'topK' | 'withRejected'>

export type Listing = ReturnType<typeof createListing>

export function createListing(db: Db, annotations: AnnotationReader, suggestions: Suggestions) {
  const files = db.query(pageSql.files, FileRow)
  const ofPhotos = db.query(pageSql.ofPhotos, FileRow)
  const variantOf = ({ variantId }: Shown) => {
    const isLatest = variantId === 'latest'
    return { variantId: isLatest ? null : variantId, isLatest: isLatest ? 1 : 0 }
  }

  const withLabels = (rows: readonly FileRow[], shown: Shown): PhotoFile[] => {
    const { topK = maxTopK, withRejected = true } = shown
    const photoIds = [...new Set(rows.flatMap(({ photoId }) => photoId ?? []))]
    const annotated = annotations.of(photoIds)
    const suggested =
      shown.variantId === null
        ? new Map<PhotoId, Label[]>()
        : suggestions.visible(photoIds, variantOf(shown).variantId, annotated, 0)
    return rows.map((row) => {
      const fromUser = row.photoId === null ? [] : (annotated.get(row.photoId) ?? [])
      const fromModel = row.photoId === null ? [] : (suggested.get(row.photoId) ?? [])
      const best = fromModel.filter(({ rank }) => (rank ?? 0) <= topK)
      const confirmed = fromUser.filter(({ state }) => state === 'confirmed')
      const rejected = withRejected ? fromUser.filter(({ state }) => state === 'rejected') : []
      return {
        photoId: row.photoId,
        path: row.path,
        sizeBytes: row.sizeBytes,
        isMissing: row.isMissing === 1,
        ...toStatus(row, confirmed.length > 0),
        labels: [...confirmed, ...best, ...rejected],
      }
    })
  }

  return {
    /**
     * Returns the next files under the folder in the byte order of their paths. Confirmed labels come first, then
     * suggestions that are not annotated and that the rules let through, then rejected labels.
     */
    page: ({ root, after, limit, ...shown }: PageRequest): PhotoFile[] => {
      const { from, to } = folderRange(root)
      const start = after !== null && after > from ? after : from
      return withLabels(files.all({ ...variantOf(shown), after: start, to, limit }), shown)
    },
    /** Returns the same of all files of these photos. */
    ofPhotos: (photoIds: readonly PhotoId[], shown: Shown): PhotoFile[] =>
      withLabels(ofPhotos.all({ ...variantOf(shown), photoIds: JSON.stringify(photoIds) }), shown),
  }
}

/** What is wrong with the file now comes first; then what is known of its photo. */
function toStatus(row: FileRow, isConfirmed: boolean): Pick<PhotoFile, 'status' | 'reason'> {
  if (row.problemKind !== null)
    return {
      status: row.problemKind,
      reason: readMessage({ template: row.problem, values: row.problemValues }),
    }
  if (isConfirmed || row.status === 'labelled') return { status: 'labelled', reason: null }
  if (row.status === 'failed')
    return {
      status: 'failed',
      reason: readMessage({ template: row.reason, values: row.reasonValues }),
    }
  return { status: 'pending', reason: null }
}
