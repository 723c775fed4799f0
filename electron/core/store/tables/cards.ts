// Cards: what a tile shows of a file, by a constant number of queries for a page of them.
import { z } from 'zod'
import { FileId, PhotoId, type Label } from '../../../contract/domain.ts'
import type { PhotoCard } from '../../../contract/browse.ts'
import { msg, type Message } from '../../../texts/message.ts'
import { flagOf, ratingOf } from '../../domain/rating.ts'
import { stateOf } from '../../domain/photo-state.ts'
import type { Db } from '../sqlite/connection.ts'
import { readMessage } from './stored-message.ts'
import { countsOf } from './cleared-suggestions.ts'
import type { Companions } from './companions.ts'
import type { AnnotationReader } from './annotations-read.ts'
import { ratingOfFile } from './ratings.ts'
import type { Suggestions } from './suggestions.ts'

const maxSuggestions = 5

const FileRow = z.object({
  fileId: FileId,
  photoId: PhotoId.nullable(),
  path: z.string(),
  problemKind: z.enum(['skipped', 'failed']).nullable(),
  problem: z.string().nullable(),
  problemValues: z.string().nullable(),
  isMissing: z.int(),
  dateMs: z.int(),
  isMotion: z.int(),
  ownStars: z.int().nullable(),
  ownFlag: z.int().nullable(),
  fileRating: z.int().nullable(),
})
type FileRow = z.infer<typeof FileRow>

/** The outcome of inference: a variant that labelled the photo counts, else the last one that failed. */
const OutcomeRow = z.object({
  photoId: PhotoId,
  status: z.enum(['labelled', 'failed']),
  reason: z.string().nullable(),
  reasonValues: z.string().nullable(),
})

export const cardSql = {
  // A drive may report a date beyond the range of JavaScript's Date.
  files: `SELECT f.id AS fileId, f.photo_id AS photoId, f.path, f.problem_kind AS problemKind, f.problem,
      f.problem_values AS problemValues,
      f.missing_since_ms IS NOT NULL AS isMissing,
      EXISTS (SELECT 1 FROM file_metadata m WHERE m.file_id = f.id AND m.is_motion = 1) AS isMotion,
      r.stars AS ownStars, r.flag AS ownFlag, ${ratingOfFile} AS fileRating,
      coalesce(p.taken_at_ms, CAST(max(-8.64e15, min(8.64e15, f.modified_at_ms)) AS INTEGER)) AS dateMs
    FROM json_each(@fileIds) e CROSS JOIN file f ON f.id = e.value LEFT JOIN photo p ON p.id = f.photo_id
    LEFT JOIN photo_rating r ON r.photo_id = coalesce(p.subject_id, p.id)`,
  outcomes: `SELECT i.photo_id AS photoId, i.status, i.reason, i.reason_values AS reasonValues
    FROM json_each(@photoIds) e CROSS JOIN model_variant v
    CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = e.value
    WHERE ${countsOf('i', 'v')} ORDER BY i.status = 'labelled', i.at_ms, i.variant_id`,
} as const

export type Cards = ReturnType<typeof createCards>

export function createCards(
  db: Db,
  annotations: AnnotationReader,
  suggestions: Suggestions,
  { companionsOf }: Pick<Companions, 'companionsOf'>,
) {
  const files = db.query(cardSql.files, FileRow)
  const outcomes = db.query(cardSql.outcomes, OutcomeRow)

  return {
    /** Returns a card for each of these files, in their order; an empty one for a file that was forgotten meanwhile. */
    get: (fileIds: readonly FileId[]): PhotoCard[] => {
      const rows = new Map(files.all({ fileIds: JSON.stringify(fileIds) }).map((row) => [row.fileId, row]))
      const photoIds = [...new Set([...rows.values()].flatMap(({ photoId }) => photoId ?? []))]
      const annotated = annotations.of(photoIds)
      const suggested = suggestions.visible(photoIds, null, annotated)
      const outcomeOf = new Map(
        outcomes.all({ photoIds: JSON.stringify(photoIds) }).map((row) => [row.photoId, row]),
      )
      const companions = companionsOf([...rows.values()].map(({ path }) => path))
      return fileIds.map((fileId) => {
        const row = rows.get(fileId)
        if (row === undefined) return forgotten(fileId)
        const { photoId } = row
        const beside = (companions.get(row.path) ?? []).map(nameOfPath)
        if (photoId === null) return toCard(row, beside, [], [], null)
        const outcome = outcomeOf.get(photoId) ?? null
        return toCard(row, beside, annotated.get(photoId) ?? [], suggested.get(photoId) ?? [], outcome)
      })
    },
  }
}

function toCard(
  row: FileRow,
  companions: string[],
  annotated: readonly Label[],
  suggested: readonly Label[],
  outcome: z.infer<typeof OutcomeRow> | null,
): PhotoCard {
  const { problemKind, problem, problemValues, isMissing, isMotion, ownStars, ownFlag, fileRating, ...file } =
    row
  const confirmed = annotated.filter(({ state }) => state === 'confirmed')
  // The surest first: it is what the model had said before.
  const rejected = annotated
    .filter(({ state }) => state === 'rejected')
    .toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1))
  const standing = {
    isConfirmed: confirmed.length > 0,
    hasSuggestion: suggested.length > 0,
    isRejected: rejected.length > 0,
    isFailed: outcome?.status === 'failed',
  }
  const isFailed = standing.isFailed && !standing.isConfirmed
  const isLabelled = standing.isConfirmed || outcome?.status === 'labelled'
  return {
    ...file,
    name: nameOfPath(row.path),
    companions,
    isMotion: isMotion === 1,
    ...ratingOf({ stars: ownStars, flag: flagOf(ownFlag) }, fileRating),
    state: stateOf(problemKind, standing),
    status: problemKind ?? (isFailed ? 'failed' : isLabelled ? 'labelled' : 'pending'),
    reason:
      readMessage({ template: problem, values: problemValues }) ?? (isFailed ? failureOf(outcome) : null),
    isMissing: isMissing === 1,
    labels: [...confirmed, ...suggested.slice(0, maxSuggestions), ...rejected],
  }
}

const nameOfPath = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const failureOf = (outcome: z.infer<typeof OutcomeRow> | null): Message | null =>
  outcome === null ? null : readMessage({ template: outcome.reason, values: outcome.reasonValues })

/** The card of a forgotten file, which keeps its position until the view is opened again. */
const forgotten = (fileId: FileId): PhotoCard => ({
  fileId,
  photoId: null,
  path: '',
  name: '',
  state: 'skipped',
  status: 'skipped',
  reason: msg('Its folder was taken out of the library.'),
  isMissing: true,
  dateMs: 0,
  companions: [],
  isMotion: false,
  stars: 0,
  flag: null,
  labels: [],
})
