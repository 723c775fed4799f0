// Photos whose files are to get the keywords that the user gave since, and what those files held before Labelroom wrote into
// them; see [Note: keyword queue].
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import { subjectOf } from './subjects.ts'

/** Keywords and rating as a file holds them: texts by field, as they are written there. */
const Held = z.object({
  lists: z.record(z.string(), z.array(z.string())),
  rating: z.string().nullable(),
})

export const FileKeywords = z.object({
  /** Without what Labelroom wrote. */
  original: Held,
  /** As Labelroom left it: whatever differs now is the word of another program. */
  written: Held,
  /** Names of the original that the user took away here. */
  gone: z.array(z.string()),
  /** Names that another program gave again after that. */
  again: z.array(z.string()).default([]),
  /** How Labelroom found it, until it is known that the file was written as in `written`. */
  before: z.object({ held: Held, gone: z.array(z.string()) }).optional(),
})
export type FileKeywords = z.infer<typeof FileKeywords>

/** A pending photo, with all its renderings. */
export interface PendingPhoto {
  readonly id: number
  /** How often writing failed already. */
  readonly tries: number
  readonly photoIds: readonly PhotoId[]
}

/** Which labels of a photo the user took away, and which of these steps were undone. */
export interface TakenLabels {
  readonly taken: ReadonlySet<string>
  readonly undone: ReadonlySet<string>
}

const CountRow = z.object({ count: z.int() })
const renderings = `SELECT p.id FROM photo p WHERE p.id = q.photo_id
  UNION ALL SELECT p.id FROM photo p WHERE p.subject_id = q.photo_id AND p.id <> q.photo_id`
/** What is not there, such as on a drive that is not connected, waits until it is. */
const isThere = `EXISTS (SELECT 1 FROM (${renderings}) r JOIN file f ON f.photo_id = r.id
  WHERE f.missing_since_ms IS NULL)`
/** The first retry is soon, since another program may just have had the file open. */
const retryAfterMs = [2000, 30_000, 60_000, 300_000, 1_800_000] as const

export type KeywordQueue = ReturnType<typeof createKeywordQueue>

export function createKeywordQueue(db: Db) {
  const count = db.query(`SELECT count(*) AS count FROM keyword_pending q WHERE ${isThere}`, CountRow)
  const failing = db.query(
    `SELECT count(*) AS count FROM keyword_pending q WHERE q.tries > 0 AND ${isThere}`,
    CountRow,
  )
  const take = db.query(
    `SELECT q.id, q.tries, (SELECT json_group_array(r.id) FROM (${renderings}) r) AS photoIds
     FROM keyword_pending q WHERE q.retry_at_ms <= @dueByMs AND ${isThere} ORDER BY q.id LIMIT @limit`,
    z.object({ id: z.int(), tries: z.int(), photoIds: z.string() }),
  )
  const dueAt = db.query(
    `SELECT min(q.retry_at_ms) AS atMs FROM keyword_pending q WHERE ${isThere}`,
    z.object({ atMs: z.int().nullable() }),
  )
  const remove = db.command('DELETE FROM keyword_pending WHERE id IN (SELECT value FROM json_each(@ids))')
  const putOff = db.command(
    'UPDATE keyword_pending SET tries = tries + 1, retry_at_ms = @atMs WHERE id = @id',
  )
  const retryAll = db.command('UPDATE keyword_pending SET retry_at_ms = 0 WHERE retry_at_ms > 0')
  const isPending = db.query('SELECT count(*) AS count FROM keyword_pending WHERE id = @id', CountRow)
  const states = db.query(
    `SELECT f.path, k.state FROM json_each(@paths) e JOIN file f ON f.path = e.value
     JOIN keyword_file k ON k.file_id = f.id`,
    z.object({ path: z.string(), state: z.string() }),
  )
  const note = db.command(
    `INSERT INTO keyword_file (file_id, state) SELECT id, @state FROM file WHERE path = @path
     ON CONFLICT (file_id) DO UPDATE SET state = excluded.state`,
  )
  const takenAway = db.query(
    `SELECT e.value AS photoId, l.name, s.is_undone AS isUndone FROM json_each(@photoIds) e
     JOIN history_change c ON c.photo_id = ${subjectOf('e.value')} JOIN history_step s ON s.id = c.step_id
     JOIN label l ON l.id = c.label_id
     WHERE c.before_state = 'confirmed' AND c.after_state IS NOT 'confirmed'`,
    z.object({ photoId: PhotoId, name: z.string(), isUndone: z.int() }),
  )
  return {
    /** Returns how many photos wait whose files are there. */
    count: (): number => count.get()?.count ?? 0,
    /** Returns how many of them failed when they were tried last. */
    failing: (): number => failing.get()?.count ?? 0,
    /** Returns the first pending photos that are due at this time. */
    take: (limit: number, dueByMs: number): PendingPhoto[] =>
      take
        .all({ limit, dueByMs })
        .map(({ photoIds, ...row }) => ({ ...row, photoIds: z.array(PhotoId).parse(JSON.parse(photoIds)) })),
    /** Returns how long it is until a photo is due; null where none waits. */
    dueInMs: (): number | null => {
      const atMs = dueAt.get()?.atMs ?? null
      return atMs === null ? null : Math.max(0, atMs - Date.now())
    },
    /** Whether the photo still has the number that it was taken with: then nobody changed or wrote its keywords since. */
    isPending: ({ id }: Pick<PendingPhoto, 'id'>): boolean => isPending.get({ id })?.count === 1,
    /** Notes how the photos of these numbers ended: those that failed stay pending. */
    settle: (done: readonly PendingPhoto[], failed: readonly PendingPhoto[]): void => {
      db.transaction(() => {
        remove({ ids: JSON.stringify(done.map(({ id }) => id)) })
        for (const { id, tries } of failed)
          putOff({ id, atMs: Date.now() + (retryAfterMs[tries] ?? retryAfterMs.at(-1) ?? 0) })
      })
    },
    /** All that failed are due again. */
    retryAll: (): void => {
      retryAll()
    },
    /** Returns what is known of these files; those that Labelroom never wrote into are missing. */
    statesOf: (paths: readonly string[]): Map<string, FileKeywords> =>
      new Map(
        states
          .all({ paths: JSON.stringify(paths) })
          .map(({ path, state }) => [path, FileKeywords.parse(JSON.parse(state))]),
      ),
    /** Does nothing where the file is not in the library yet. */
    noteState: (path: string, state: FileKeywords): void => {
      note({ path, state: JSON.stringify(state) })
    },
    /** By the history, as far as it goes back; photos of which no label was taken away are missing. */
    takenAway: (photoIds: readonly PhotoId[]): Map<PhotoId, TakenLabels> => {
      const found = new Map<PhotoId, { taken: Set<string>; undone: Set<string> }>()
      for (const { photoId, name, isUndone } of takenAway.all({ photoIds: JSON.stringify(photoIds) })) {
        const labels = found.get(photoId) ?? { taken: new Set(), undone: new Set() }
        found.set(photoId, labels)
        labels[isUndone === 1 ? 'undone' : 'taken'].add(name)
      }
      return found
    },
  }
}
