// Undo and redo of the last step, and which steps are next.
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'
import { HistoryStep, type HistoryState } from '../../../contract/history.ts'
import { Rules } from '../../../contract/rules.ts'
import { msg } from '../../../texts/message.ts'
import type { Db } from '../sqlite/connection.ts'
import { createHeadSteps, type HeadChange } from './head-steps.ts'
import { createKeywordSteps, type WrittenKeywords } from './keyword-steps.ts'
import { createMoveSteps, type MoveStep } from './move-steps.ts'
import { createRenameSteps, type StoredRename } from './rename-steps.ts'
import type { Recovery } from './recover.ts'
import type { Restore } from './restore.ts'

/** Where the rules are kept. */
export interface StoredRules {
  get(): Rules
  /** Saves the rules and returns the previous ones. */
  replace(rules: Rules): Rules
}

/** Undo and redo of a step that changed which head is in use. */
export interface HeadMove {
  /** The step that is meant. */
  readonly stepId: number
  /** Puts the head in use. Called inside the transaction. */
  readonly apply: (change: HeadChange, kind: HistoryStep['kind']) => void
}

type Side = 'undo' | 'redo'

const StepRow = HistoryStep.extend({
  id: z.int(),
  rulesBefore: z.string().nullable(),
  rulesAfter: z.string().nullable(),
})
type StepRow = z.infer<typeof StepRow>

const select = `SELECT id, kind, name, source, photos, changes AS labels, at_ms AS atMs, rules_before AS rulesBefore, rules_after AS rulesAfter
  FROM history_step`

export function createUndo(
  db: Db,
  rules: StoredRules,
  restore: Restore,
  { assertNoStepInProgress }: Recovery,
) {
  const lastDone = db.query(
    `${select} WHERE is_undone = 0 AND writer IS NULL ORDER BY id DESC LIMIT 1`,
    StepRow,
  )
  const firstUndone = db.query(`${select} WHERE is_undone = 1 ORDER BY id LIMIT 1`, StepRow)
  const headSteps = createHeadSteps(db)
  const keywordSteps = createKeywordSteps(db)
  const moveSteps = createMoveSteps(db)
  const renameSteps = createRenameSteps(db)
  const setUndone = db.command('UPDATE history_step SET is_undone = @isUndone WHERE id = @id')
  const listeners: ((state: HistoryState) => void)[] = []

  /** The steps that the user of this program was last shown as the next ones to undo and to redo. */
  let shown: { readonly undo: number | null; readonly redo: number | null } | null = null
  const state = (): HistoryState => {
    const [undo, redo] = [lastDone.get(), firstUndone.get()]
    shown = { undo: undo?.id ?? null, redo: redo?.id ?? null }
    return { undo: toStep(undo), redo: toStep(redo) }
  }
  const emit = (): HistoryState => {
    const now = state()
    for (const listener of listeners) listener(now)
    return now
  }
  /** The user means the step that was shown, and not one that another program made since. */
  const assertShown = (side: 'undo' | 'redo', step: StepRow | null): void => {
    if (shown === null || shown[side] === (step?.id ?? null)) return
    emit()
    throw new AppError(
      'bad-request',
      msg(
        'Another program changed labels meanwhile, so nothing was done. Look at what comes next, then press again.',
      ),
    )
  }
  const replaceRules = (json: string | null): void => {
    if (json !== null) rules.replace(Rules.parse(JSON.parse(json)))
  }
  const next = (side: Side): StepRow | null => (side === 'undo' ? lastDone : firstUndone).get()
  /** What is kept of the next step; `none` where there is no step. */
  const ofNext = <T>(side: Side, of: (stepId: number) => T, none: T): T => {
    const step = next(side)
    assertShown(side, step)
    return step === null ? none : of(step.id)
  }

  const move = (side: Side, head: HeadMove | null): HistoryState => {
    db.durably(() => {
      assertNoStepInProgress()
      const step = next(side)
      assertShown(side, step)
      if (step === null) return
      const change = headSteps.of(step.id)
      if (change?.stepId !== head?.stepId)
        throw new AppError(
          'bad-request',
          msg('Another program changed which version of your model is in use; try again.'),
        )
      if (change !== null) head?.apply(change, step.kind)
      const isUndo = side === 'undo'
      if (isUndo) restore.before(step.id)
      else restore.after(step.id)
      replaceRules(isUndo ? step.rulesBefore : step.rulesAfter)
      setUndone({ id: step.id, isUndone: isUndo ? 1 : 0 })
    })
    return emit()
  }

  return {
    /** Returns the next steps to undo and to redo. */
    state,
    /** Tells the listeners about the new state, and returns it. */
    emit,
    /** Returns what the next step changed about the head in use; null where it is about labels or rules. */
    nextHead: (side: Side): HeadChange | null => ofNext(side, headSteps.of, null),
    noteHead: headSteps.note,
    /** Returns what the next step wrote into files; empty where it wrote into none. */
    nextKeywords: (side: Side): WrittenKeywords[] => ofNext(side, keywordSteps.of, []),
    /** Returns which files the next step moved; null where it moved none. */
    nextMoves: (side: Side): MoveStep | null => ofNext(side, moveSteps.of, null),
    /** Returns what follows the names of the next step; null where it renamed no label. */
    nextRename: (side: Side): StoredRename | null => ofNext(side, renameSteps.of, null),
    noteRename: renameSteps.note,
    /** Saves how many photos were really moved back, or again, by the undo or redo of a step that follows. */
    noteMoved: moveSteps.setPhotos,
    /**
     * Undoes the last step; does nothing where there is none. Fails where it is another step than was last shown, and
     * where it changed the head in use and `head` is not about it.
     */
    undo: (head: HeadMove | null = null): HistoryState => move('undo', head),
    /** Redoes the step that was undone last; does nothing where there is none. Fails as `undo` does. */
    redo: (head: HeadMove | null = null): HistoryState => move('redo', head),
    /** Calls the listener after each step, undo and redo of this program. */
    onChange: (listener: (state: HistoryState) => void): void => {
      listeners.push(listener)
    },
  }
}

const toStep = (row: StepRow | null): HistoryStep | null => (row === null ? null : HistoryStep.parse(row))
