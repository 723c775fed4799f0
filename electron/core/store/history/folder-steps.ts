// Moves a folder, with all files and added folders in it, to another path, and back.
import { z } from 'zod'
import { folderRange } from '../../files/paths.ts'
import type { Db } from '../sqlite/connection.ts'

const FolderMove = z.object({ before: z.string(), after: z.string() })

export function createFolderSteps(db: Db) {
  const get = db.query(
    'SELECT before_path AS before, after_path AS after FROM history_folder WHERE step_id = @stepId',
    FolderMove,
  )
  const insert = db.command(
    'INSERT INTO history_folder (step_id, before_path, after_path) VALUES (@stepId, @before, @after)',
  )
  // A path that is taken meanwhile keeps its row; the photo has both then.
  const inside = (table: string) =>
    db.command(
      `UPDATE OR IGNORE ${table} SET path = @base || substr(path, length(@from)) WHERE path >= @from AND path < @to`,
    )
  // Paths in the same folder as the file's own.
  const companions = db.command(
    'UPDATE file SET companion_of = @base || substr(companion_of, length(@from)) WHERE companion_of >= @from AND companion_of < @to',
  )
  const [files, folders] = [inside('file'), inside('folder')]
  const itself = db.command('UPDATE OR IGNORE folder SET path = @to WHERE path = @from')
  const forgetWords = db.command("INSERT INTO file_text (file_text) VALUES ('delete-all')")
  const move = (from: string, to: string): number => {
    const target = { ...folderRange(from), base: folderRange(to).from.slice(0, -1) }
    const count = files(target)
    folders(target)
    companions(target)
    // `Search` builds the words of all paths again.
    forgetWords()
    itself({ from, to })
    return count
  }
  return {
    /** Moves a folder as this step. Returns how many files have another path. Belongs inside the step. */
    note: (stepId: number, before: string, after: string): number => {
      insert({ stepId, before, after })
      return move(before, after)
    },
    /** Does nothing for a step that moved no folder. */
    restore: (stepId: number, side: 'before' | 'after'): void => {
      const step = get.get({ stepId })
      if (step === null) return
      if (side === 'before') move(step.after, step.before)
      else move(step.before, step.after)
    },
  }
}
