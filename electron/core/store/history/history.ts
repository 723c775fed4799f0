// The user's steps: whatever changes within a step can be undone exactly, also after a restart.
//
// [Note: batched steps] An import may change 100,000 photos, which takes SQLite a second. Such a step is saved in chunks,
// each a transaction of some milliseconds, so that other calls are answered in between; it still is one step. While it
// is unfinished it names its writer: it can be neither undone nor redone, but what was saved so far is visible. Other
// steps wait for it, those of other programs too (`withWriteLock`), since the annotations that they would find may yet
// be rolled back. It is complete, and on disk, with its last chunk. A failure or a cancellation rolls the chunks back at
// once; after a kill the next start or step of any program does (`recover`), since no caller heard that anything was
// saved. A writer whose step was rolled back because it seemed to be gone notices with its next chunk, and fails.
import type { Rules } from '../../../contract/rules.ts'
import type { Db } from '../sqlite/connection.ts'
import { createFolderSteps } from './folder-steps.ts'
import { createKeywordSteps, type WrittenKeywords } from './keyword-steps.ts'
import { createMoveSteps } from './move-steps.ts'
import { createRecovery } from './recover.ts'
import { createRestore } from './restore.ts'
import type { StoredRename } from './rename-steps.ts'
import { createSteps } from './steps.ts'
import { createStepRecorder } from './triggers.ts'
import { createUndo, type StoredRules } from './undo.ts'
import { createWriteLock } from './write-lock.ts'

/** Older steps are forgotten, and so are those before the last so many changed labels (some 40 MB); the newest step never is. */
const historyLimits = { steps: 1000, changes: 500_000 }

export type History = ReturnType<typeof createHistory>

export function createHistory(db: Db, rules: StoredRules, limits = historyLimits) {
  const recorder = createStepRecorder(db)
  const restore = createRestore(db)
  const recovery = createRecovery(db, restore)
  const undoing = createUndo(db, rules, restore, recovery)
  const { step, batchedStep } = createSteps(db, recorder, recovery, limits, undoing.emit)
  const folderSteps = createFolderSteps(db)
  const keywordSteps = createKeywordSteps(db)
  const moveSteps = createMoveSteps(db)
  const noteRules = db.command(
    'UPDATE history_step SET rules_before = @before, rules_after = @after WHERE id = @stepId',
  )
  return {
    step,
    batchedStep,
    /**
     * Runs `work` while no batched step is in progress, here or in another program, and in the order of the calls: the
     * user's last decision wins. Every change by the user goes through here.
     */
    withWriteLock: createWriteLock(recovery, db.waiting.whenFree),
    /** Rolls back what programs that are gone began and never finished. */
    recover: recovery.recover,
    /** Saves the rules as a step; `follows` goes along with it, unless it is null. */
    setRules: (next: Rules, follows: StoredRename | null = null): void => {
      step('rules', (stepId) => {
        const before = JSON.stringify(rules.replace(next))
        noteRules({ stepId, before, after: JSON.stringify(rules.get()) })
        if (follows !== null) undoing.noteRename(stepId, follows)
        return null
      })
    },
    /** Changes the path of a folder as a step. Returns how many files have another path. */
    moveFolder: (from: string, to: string): { files: number } => {
      let files = 0
      step('move-folder', (stepId) => {
        files = folderSteps.note(stepId, from, to)
        return { name: to, photos: files }
      })
      return { files }
    },
    /** Saves what was written into files as a step, so that undo can write the opposite. */
    noteKeywords: (changes: readonly WrittenKeywords[], photos: number): void => {
      step('write-keywords', (stepId) => {
        keywordSteps.note(stepId, changes)
        return { name: null, photos }
      })
    },
    /** Makes the files that were moved under this name a step, so that undo can move them back. */
    noteMoves: (batch: string, folder: string): void => {
      step('move-files', (stepId) => ({ name: folder, photos: moveSteps.note(stepId, batch) }))
    },
    ...undoing,
  }
}
