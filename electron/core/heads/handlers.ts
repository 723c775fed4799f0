// Answers the calls about heads: what takes long runs in the learning threads, what is new is stored here.
// Only the suggestions of a whole library are written by a thread, since that takes long.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning/service.ts'
import type { Store } from '../store/db.ts'
import { findHead } from '../learning/tasks/stored-head.ts'

export function createHeadHandlers(
  store: Store,
  learning: Learning,
  events: EventHub,
): Handlers<CoreContract>['heads'] {
  /**
   * Changes which head is in use as a step of the history, and announces it. The thread has a connection of its own, so
   * the lock keeps what the user does meanwhile in order. Cancelled while it waits for the lock, it does nothing.
   */
  const changeHead = async <T>(taskId: string | null, change: () => Promise<T>): Promise<T> => {
    const turn = Promise.withResolvers<null>()
    const waiting = learning.prepare(taskId, async (report) => {
      await turn.promise
      report('reading the library', 0)
    })
    return store.history.withWriteLock(async () => {
      turn.resolve(null)
      await waiting
      const result = await change()
      store.history.emit()
      events.emit('library.changed', { photoIds: null })
      return result
    })
  }
  return {
    train: async ({ taskId, ...request }) => {
      const { head, ...trained } = await learning.run('train', request, taskId)
      return { head: await store.whenFree(() => store.heads.add(head, trained)), ...trained }
    },
    list: () => {
      const variantId = store.models.lastUsed(null)
      return variantId === null ? [] : store.heads.list(variantId)
    },
    result: ({ id }) => store.heads.resultOf(id),
    evaluate: (request) => learning.run('evaluate', request),
    confused: ({ id, truth, predicted }) => {
      const { classes } = findHead(store, id)
      return { photoIds: store.heads.confused(id, classes.indexOf(truth), classes.indexOf(predicted)) }
    },
    preview: ({ taskId, ...request }) => learning.run('preview', request, taskId),
    promote: ({ taskId, ...request }) => changeHead(taskId, () => learning.run('promote', request, taskId)),
    rollback: ({ taskId }) => changeHead(taskId, () => learning.run('rollback', undefined, taskId)),
  }
}
