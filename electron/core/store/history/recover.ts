// Batched steps that are unfinished: whether one is in progress, here or in another program, and rolling back one that
// failed or whose program was killed.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'
import type { Restore } from './restore.ts'
import { isWriterGone } from './writer.ts'

/** Thrown where a batched step of another program began just before this one could write. */
export class StepInProgress extends Error {}

const UnfinishedRow = z.object({ id: z.int(), writer: z.string(), atMs: z.int() })

export interface Recovery {
  /** Rolls back what the step changed so far, and removes the step. */
  readonly rollBack: (stepId: number) => void
  /** Rolls back the unfinished steps of programs that are gone. */
  readonly recover: () => void
  /** Whether a living program has an unfinished step; those of programs that are gone are rolled back first. */
  readonly isStepInProgress: () => boolean
  /**
   * Throws `StepInProgress` where any step is unfinished. Belongs inside a transaction: while it waited for the lock,
   * another program may have begun its step.
   */
  readonly assertNoStepInProgress: () => void
}

export function createRecovery(db: Db, restore: Restore): Recovery {
  const unfinished = db.query(
    'SELECT id, writer, at_ms AS atMs FROM history_step WHERE writer IS NOT NULL',
    UnfinishedRow,
  )
  const remove = db.command('DELETE FROM history_step WHERE id = @stepId')

  const rollBack = (stepId: number): void => {
    db.transaction(() => {
      restore.before(stepId)
      remove({ stepId })
    })
  }
  const recover = (): void => {
    for (const { id, writer, atMs } of unfinished.all()) if (isWriterGone(writer, atMs)) rollBack(id)
  }
  return {
    rollBack,
    recover,
    isStepInProgress() {
      if (unfinished.get() === null) return false
      recover()
      return unfinished.get() !== null
    },
    assertNoStepInProgress() {
      if (unfinished.get() !== null) throw new StepInProgress()
    },
  }
}
