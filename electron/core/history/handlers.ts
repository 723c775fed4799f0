// Answers the calls that undo and redo what the user did.
import type { CoreContract } from '../../contract/core.ts'
import type { HistoryState } from '../../contract/history.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning/service.ts'
import type { Store } from '../store/db.ts'
import type { MoveStep } from '../store/history/move-steps.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'

export function createHistoryHandlers(
  { history, whenFree }: Store,
  learning: Learning,
  replay: {
    readonly keywords: (changes: readonly WrittenKeywords[], side: 'undo' | 'redo') => Promise<void>
    /** Returns how many photos were moved; fails where none was. */
    readonly moves: (step: MoveStep, side: 'undo' | 'redo') => Promise<number>
  },
  events: EventHub,
): Handlers<CoreContract>['history'] {
  const move = (side: 'undo' | 'redo'): Promise<HistoryState> =>
    history.withWriteLock(async () => {
      const written = history.nextKeywords(side)
      if (written.length > 0) {
        await replay.keywords(written, side)
        return whenFree(() => history[side]())
      }
      const moved = history.nextMoves(side)
      if (moved !== null) {
        const photos = await replay.moves(moved, side)
        return whenFree(() => {
          history.noteMoved(moved.stepId, photos)
          return history[side]()
        })
      }
      const change = history.nextHead(side)
      if (change === null) return whenFree(() => history[side]())
      // The suggestions of the head that was in use are computed again, which takes long in a large library.
      await learning.run('moveHead', { side, change })
      events.emit('library.changed', { photoIds: null })
      return history.emit()
    })
  return {
    state: () => history.state(),
    undo: () => move('undo'),
    redo: () => move('redo'),
  }
}
