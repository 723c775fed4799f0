// What follows the names of labels that a step renamed, merged or moved, and its undo and redo.
import { z } from 'zod'
import { Renamed } from '../../../contract/renames.ts'
import { Settings } from '../../../contract/settings.ts'
import type { Db } from '../sqlite/connection.ts'

/** The settings that name labels. */
export const NamedSettings = Settings.pick({ pinnedLabels: true, labelColors: true, savedSearches: true })
export type NamedSettings = z.infer<typeof NamedSettings>

const StoredRename = z.object({
  forward: Renamed,
  back: Renamed,
  /** The settings that it changed, as they were and as they became. */
  before: NamedSettings.partial(),
  after: NamedSettings.partial(),
})
export type StoredRename = z.infer<typeof StoredRename>

export function createRenameSteps(db: Db) {
  const insert = db.command('INSERT INTO history_rename (step_id, change) VALUES (@stepId, @change)')
  const get = db.query(
    'SELECT change FROM history_rename WHERE step_id = @stepId',
    z.object({ change: z.string() }),
  )
  return {
    /** Makes this part of the step. Belongs inside it. */
    note: (stepId: number, change: StoredRename): void => {
      insert({ stepId, change: JSON.stringify(change) })
    },
    /** Null where the step renamed no label, or an earlier Labelroom made it. */
    of: (stepId: number): StoredRename | null => {
      const row = get.get({ stepId })
      return row === null ? null : (StoredRename.safeParse(JSON.parse(row.change)).data ?? null)
    },
  }
}
