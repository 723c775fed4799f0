// Answers the calls that undo and redo what the user did.
import type { CoreContract } from '../../contract/core.ts'
import type { HistoryMove, HistoryState } from '../../contract/history.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import type { RenameFollower } from '../settings/follow-renames.ts'
import type { Learning } from '../learning/service.ts'
import { renamedSuggestions } from '../domain/renamed-suggestions.ts'
import type { Store } from '../store/db.ts'
import type { MoveStep } from '../store/history/move-steps.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'

export function createHistoryHandlers(
  { history, rules, models, whenFree }: Store,
  learning: Learning,
  replay: {
    readonly keywords: (changes: readonly WrittenKeywords[], side: 'undo' | 'redo') => Promise<void>
    /** Returns how many photos were moved; fails where none was. */
    readonly moves: (step: MoveStep, side: 'undo' | 'redo') => Promise<number>
    readonly renames: RenameFollower
  },
  events: EventHub,
): Handlers<CoreContract>['history'] {
  /** Undoes or redoes a step of labels, or of rules, and tells what labels are called then. */
  const moveLabels = async (side: 'undo' | 'redo'): Promise<HistoryMove> => {
    const change = history.nextRename(side)
    const confirmed = (side === 'undo' ? change?.back : change?.forward) ?? []
    const moved = await whenFree(() => {
      const before = rules.get()
      const state = history[side]()
      const suggested = renamedSuggestions(before, rules.get(), models.classNames)
      const renamed = { confirmed, suggested }
      replay.renames.tell(renamed)
      return { ...state, renamed }
    })
    if (change !== null) await replay.renames.follow(change, side, moved.renamed.suggested)
    return moved
  }
  const none = { confirmed: [], suggested: [] }
  const unrenamed = (state: HistoryState): HistoryMove => ({ ...state, renamed: none })

  const move = (side: 'undo' | 'redo'): Promise<HistoryMove> =>
    history.withWriteLock(async () => {
      const written = history.nextKeywords(side)
      if (written.length > 0) {
        await replay.keywords(written, side)
        return unrenamed(await whenFree(() => history[side]()))
      }
      const moved = history.nextMoves(side)
      if (moved !== null) {
        const photos = await replay.moves(moved, side)
        return whenFree(() => {
          history.noteMoved(moved.stepId, photos)
          return unrenamed(history[side]())
        })
      }
      const change = history.nextHead(side)
      if (change === null) return moveLabels(side)
      // The suggestions of the head that was in use are computed again, which takes long in a large library.
      await learning.run('moveHead', { side, change })
      events.emit('library.changed', { photoIds: null })
      return unrenamed(history.emit())
    })
  return {
    state: () => history.state(),
    undo: () => move('undo'),
    redo: () => move('redo'),
  }
}
