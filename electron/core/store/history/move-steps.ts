// Which files a step moved on disk: undoing it moves them back.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

const MovedRow = z.object({
  /** Files with one number are moved together. */
  shot: z.int(),
  before: z.string(),
  after: z.string(),
  /** Whether it is the file that is shown of a photo. */
  isMain: z.int(),
  /** Whether the folder was made for them. */
  isFolderNew: z.int(),
})

export interface MoveStep {
  readonly stepId: number
  readonly files: readonly Readonly<z.infer<typeof MovedRow>>[]
}

/** SQL: the folder of a path, which ends without a slash unless it is a root. */
const folderOf = (path: string): string => `rtrim(${path}, replace(${path}, '/', ''))`

export function createMoveSteps(db: Db) {
  const insert = db.command(
    `INSERT INTO history_move (step_id, shot, before_path, after_path, is_main, is_folder_new)
     SELECT @stepId, shot, from_path, to_path, is_main, is_folder_new FROM file_move
     WHERE batch = @batch AND state <> 'placing'`,
  )
  const take = db.command("UPDATE file_move SET batch = NULL WHERE batch = @batch AND state <> 'placing'")
  const setSource = db.command(
    `UPDATE history_step SET source = (
       SELECT iif(count(DISTINCT folder) = 1, coalesce(nullif(rtrim(min(folder), '/'), ''), '/'), NULL)
       FROM (SELECT ${folderOf('before_path')} AS folder FROM history_move WHERE step_id = @stepId AND is_main = 1))
     WHERE id = @stepId`,
  )
  const count = db.query(
    'SELECT count(*) AS photos FROM history_move WHERE step_id = @stepId AND is_main = 1',
    z.object({ photos: z.int() }),
  )
  const get = db.query(
    `SELECT shot, before_path AS before, after_path AS after, is_main AS isMain, is_folder_new AS isFolderNew
     FROM history_move WHERE step_id = @stepId ORDER BY shot, is_main DESC, before_path`,
    MovedRow,
  )
  const setPhotos = db.command('UPDATE history_step SET photos = @photos WHERE id = @stepId')
  return {
    /** Makes what was moved under this name part of the step. Belongs inside it. Returns how many photos that are. */
    note: (stepId: number, batch: string): number => {
      insert({ stepId, batch })
      take({ batch })
      setSource({ stepId })
      return count.get({ stepId })?.photos ?? 0
    },
    /** Null where the step moved no file. */
    of: (stepId: number): MoveStep | null => {
      const files = get.all({ stepId })
      return files.length === 0 ? null : { stepId, files }
    },
    setPhotos: (stepId: number, photos: number): void => {
      setPhotos({ stepId, photos })
    },
  }
}
