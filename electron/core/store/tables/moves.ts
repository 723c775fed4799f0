// Files that are moved on disk: where each is on its way, so that neither a scan nor a crash takes it for another one.
import { z } from 'zod'
import { pickStamp, type FileStamp } from '../../../common/file-stamp.ts'
import type { Db } from '../sqlite/connection.ts'
import { isWriterGone, ownWriter } from '../history/writer.ts'

/** A file and where it goes. */
export interface FileMove {
  readonly from: string
  readonly to: string
  /** Whether it is the file that is shown of a photo. */
  readonly isMain: boolean
  readonly isFolderNew: boolean
}

/** A file that is at its new path; `stamp` as it is there, null where it is not the file that was scanned last. */
export interface PlacedFile {
  readonly from: string
  readonly to: string
  readonly stamp: FileStamp | null
}

/** What a program that is gone left. */
export interface UnfinishedShot {
  readonly shot: number
  readonly batch: string | null
  readonly isRecorded: boolean
  readonly files: readonly { readonly from: string; readonly to: string }[]
}

/** Scans that began before this are over. */
const keptMs = 24 * 60 * 60_000
/** One large file may take long to be copied: for programs of other machines, whose processes cannot be looked up. */
const abandonedAfterMs = 24 * 60 * 60_000

const UnfinishedRow = z.object({
  shot: z.int(),
  batch: z.string().nullable(),
  state: z.enum(['placing', 'recorded']),
  from: z.string(),
  to: z.string(),
  atMs: z.int(),
  writer: z.string(),
})
const BatchRow = z.object({ batch: z.string(), to: z.string(), atMs: z.int(), writer: z.string() })

const isGone = ({ writer, atMs }: { readonly writer: string; readonly atMs: number }): boolean =>
  isWriterGone(writer, atMs + abandonedAfterMs)

export type Moves = ReturnType<typeof createMoves>

export function createMoves(db: Db) {
  const insert = db.query(
    `INSERT INTO file_move (batch, shot, from_path, to_path, is_main, is_folder_new, state, scan_id, at_ms, writer)
     VALUES (@batch, @shot, @from, @to, @isMain, @isFolderNew, 'placing', coalesce((SELECT max(id) FROM scan), 0), @atMs, @writer)
     RETURNING id`,
    z.object({ id: z.int() }),
  )
  const setShot = db.command('UPDATE file_move SET shot = id WHERE id = @id')
  const setState = db.command(
    `UPDATE file_move SET state = @state, scan_id = coalesce((SELECT max(id) FROM scan), 0) WHERE shot = @shot`,
  )
  const cancel = db.command('DELETE FROM file_move WHERE shot = @shot')
  const forgetOld = db.command(
    "DELETE FROM file_move WHERE state = 'removed' AND batch IS NULL AND at_ms < @before",
  )
  const unfinished = db.query(
    `SELECT shot, batch, state, from_path AS "from", to_path AS "to", at_ms AS atMs, writer
     FROM file_move WHERE state <> 'removed' ORDER BY shot, id`,
    UnfinishedRow,
  )
  const batches = db.query(
    `SELECT batch, min(to_path) AS "to", max(at_ms) AS atMs, max(writer) AS writer FROM file_move
     WHERE batch IS NOT NULL GROUP BY batch ORDER BY min(id)`,
    BatchRow,
  )
  const hidden = db.query(
    `SELECT 'always' AS when_ FROM file_move WHERE to_path = @path AND state = 'placing'
     UNION ALL SELECT iif(state = 'recorded', 'always', 'gone') FROM file_move
       WHERE from_path = @path AND (state <> 'removed' OR scan_id >= @scanId)
     ORDER BY when_ LIMIT 1`,
    z.object({ when_: z.enum(['always', 'gone']) }),
  )
  const any = db.query('SELECT id FROM file_move LIMIT 1', z.object({ id: z.int() }))
  const target = db.query(
    'SELECT to_path AS path FROM file_move WHERE from_path = @path ORDER BY id DESC LIMIT 1',
    z.object({ path: z.string() }),
  )
  const last = db.query('SELECT coalesce(max(id), 0) AS id FROM file_move', z.object({ id: z.int() }))
  const since = db.query(
    "SELECT DISTINCT to_path AS path FROM file_move WHERE id > @id AND is_main = 1 AND state <> 'placing'",
    z.object({ path: z.string() }),
  )
  const { move, forgetWords } = createRowMoves(db)

  return {
    /** Notes files that are moved together, before they are. Returns the number of the shot. */
    begin: (batch: string | null, files: readonly FileMove[]): number =>
      db.transaction(() => {
        let shot = 0
        for (const { from, to, isMain, isFolderNew } of files) {
          const row = insert.get({
            ...{ batch, shot, from, to, atMs: Date.now(), writer: ownWriter },
            ...{ isMain: isMain ? 1 : 0, isFolderNew: isFolderNew ? 1 : 0 },
          })
          if (shot === 0 && row !== null) {
            shot = row.id
            setShot({ id: shot })
          }
        }
        return shot
      }),
    /** The library knows the files at their new paths from now on, each by its number as before. */
    record: (shot: number, files: readonly PlacedFile[]): void => {
      db.transaction(() => {
        for (const file of files) move(file)
        setState({ shot, state: 'recorded' })
      })
    },
    /** Nothing is left at the old paths. */
    finish: (shot: number): void => {
      setState({ shot, state: 'removed' })
    },
    /** They are where they were. */
    cancel: (shot: number): void => {
      cancel({ shot })
    },
    /** The words of paths are built again; see `Search`. */
    forgetWords: (): void => {
      forgetWords()
    },
    forgetOld: (): void => {
      forgetOld({ before: Date.now() - keptMs })
    },
    /** Returns what programs that are gone left unfinished. */
    unfinished: (): UnfinishedShot[] => {
      const shots = new Map<number, UnfinishedShot>()
      for (const row of unfinished.all()) {
        if (!isGone(row)) continue
        const { shot, batch, state, from, to } = row
        const files = [...(shots.get(shot)?.files ?? []), { from, to }]
        shots.set(shot, { shot, batch, isRecorded: state === 'recorded', files })
      }
      return [...shots.values()]
    },
    /** Returns the calls of programs that are gone whose moved files belong to no step yet, each with the path of one. */
    leftBatches: (): { batch: string; to: string }[] =>
      batches
        .all()
        .filter(isGone)
        .map(({ batch, to }) => ({ batch, to })),
    /**
     * Whether a scan with this number is to pass over what it found at a path, since the file is on its way: `gone`,
     * unless a file is there now; null: it is not.
     */
    hidden: (path: string, scanId: number): 'always' | 'gone' | null =>
      any.get() === null ? null : (hidden.get({ path, scanId })?.when_ ?? null),
    /** Returns the number of the last file that was moved. */
    lastId: (): number => last.get()?.id ?? 0,
    /** Returns the new paths of photos that were moved after that one. */
    targetsSince: (id: number): string[] => since.all({ id }).map(({ path }) => path),
    /** Returns where the file that was at this path was moved to, or is being moved now; null where none was, of late. */
    target: (path: string): string | null => target.get({ path })?.path ?? null,
  }
}

/** The row of a file at another path: number, labels and all that hangs on it stay. */
function createRowMoves(db: Db) {
  const isKnown = db.query('SELECT id FROM file WHERE path = @path', z.object({ id: z.int() }))
  // What was known at the new path, such as a missing file: there is no place for two. Its photo keeps its labels.
  const drop = db.command('DELETE FROM file WHERE path = @to')
  const path = db.command(
    'UPDATE file SET path = @to, missing_since_ms = NULL, scan_id = max(scan_id, (SELECT max(id) FROM scan)) WHERE path = @from',
  )
  const companions = db.command('UPDATE file SET companion_of = @to WHERE companion_of = @from')
  // Another drive may keep dates less exactly.
  const metadata = db.command(
    `UPDATE file_metadata SET size_bytes = @sizeBytes, modified_at_ms = @modifiedAtMs
     WHERE (size_bytes, modified_at_ms) IS NOT (@sizeBytes, @modifiedAtMs)
       AND (file_id, size_bytes, modified_at_ms) IN (SELECT id, size_bytes, modified_at_ms FROM file WHERE path = @to)`,
  )
  const stamp = db.command(
    `UPDATE file SET size_bytes = @sizeBytes, modified_at_ms = @modifiedAtMs, inode = @inode,
       created_at_ms = @createdAtMs, changed_at_ms = @changedAtMs WHERE path = @to`,
  )
  const forgetWords = db.command("INSERT INTO file_text (file_text) VALUES ('delete-all')")
  return {
    forgetWords,
    move: ({ from, to, stamp: now }: PlacedFile): void => {
      if (isKnown.get({ path: from }) === null) return
      drop({ to })
      path({ from, to })
      companions({ from, to })
      if (now === null) return
      const { sizeBytes, modifiedAtMs, ...rest } = pickStamp(now)
      metadata({ to, sizeBytes, modifiedAtMs })
      stamp({ to, sizeBytes, modifiedAtMs, ...rest })
    },
  }
}
