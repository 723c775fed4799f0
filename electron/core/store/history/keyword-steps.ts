// What a step wrote into files: undoing it writes the opposite.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

const WrittenKeywords = z.object({
  /** The file that was written: a photo or a sidecar. */
  path: z.string(),
  kind: z.enum(['new-sidecar', 'sidecar', 'file']),
  /** By field: the words that were taken out and put in. */
  fields: z.record(z.string(), z.object({ remove: z.array(z.string()), add: z.array(z.string()) })),
})
export type WrittenKeywords = z.infer<typeof WrittenKeywords>

export function createKeywordSteps(db: Db) {
  const insert = db.command(
    'INSERT INTO history_keywords (step_id, path, change) VALUES (@stepId, @path, @change)',
  )
  const get = db.query(
    'SELECT change FROM history_keywords WHERE step_id = @stepId ORDER BY path',
    z.object({ change: z.string() }),
  )
  return {
    /** Makes these part of the step. Belongs inside it. */
    note: (stepId: number, changes: readonly WrittenKeywords[]): void => {
      for (const change of changes) insert({ stepId, path: change.path, change: JSON.stringify(change) })
    },
    /** Empty where the step wrote nothing into files. */
    of: (stepId: number): WrittenKeywords[] =>
      get.all({ stepId }).map(({ change }) => WrittenKeywords.parse(JSON.parse(change))),
  }
}
