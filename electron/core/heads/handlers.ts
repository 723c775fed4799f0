// Answers the calls about heads and review: what takes long runs in the learning threads, what is new is kept here.
// Only the suggestions of a whole library are written by a thread, since that takes long.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning-thread/learning.ts'
import type { Store } from '../store/db.ts'
import { findHead } from './stored-head.ts'

export function createHeadHandlers(
  store: Store,
  learning: Learning,
  events: EventHub,
): Handlers<CoreContract>['heads'] {
  /** Suggestions of the whole library are others now. */
  const tell = <T>(result: T): T => {
    events.emit('library.changed', { photoIds: null })
    return result
  }
  return {
    train: async ({ taskId, ...request }) => {
      const { head, ...trained } = await learning.run('train', request, taskId)
      return { head: store.heads.add(head), ...trained }
    },
    list: () => {
      const variantId = store.models.lastUsed(null)
      return variantId === null ? [] : store.heads.list(variantId)
    },
    evaluate: (request) => learning.run('evaluate', request),
    confused: ({ id, truth, predicted }) => {
      const { classes } = findHead(store, id)
      return { photoIds: store.heads.confused(id, classes.indexOf(truth), classes.indexOf(predicted)) }
    },
    preview: (request) => learning.run('preview', request),
    promote: async (request) => tell(await learning.run('promote', request)),
    rollback: async () => tell(await learning.run('rollback', undefined)),
  }
}

export function createReviewHandlers(store: Store, learning: Learning): Handlers<CoreContract>['review'] {
  return {
    queue: (request) => learning.run('queue', request),
    similar: (request) => learning.run('similar', request),
    suspects: ({ taskId, ...request }) => learning.run('suspects', request, taskId),
    duplicates: ({ taskId, ...request }) => learning.run('duplicates', request, taskId),
    groups: ({ taskId, ...request }) => learning.run('groups', request, taskId),
    map: async ({ taskId, ...request }) => {
      const { map, drawn } = await learning.run('map', request, taskId)
      if (drawn !== null) store.maps.put(drawn.variantId, drawn.request, drawn.signature, drawn.layout)
      return map
    },
    curve: ({ taskId, ...request }) => learning.run('curve', request, taskId),
  }
}
