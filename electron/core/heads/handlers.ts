// Answers the calls about heads and review: the store is asked here, what takes long runs in the learning threads.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning-thread/learning.ts'
import type { Store } from '../store/db.ts'

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
    train: ({ taskId, ...request }) => learning.run('train', request, taskId),
    list: () => {
      const variantId = store.models.lastUsed(null)
      return variantId === null ? [] : store.heads.list(variantId)
    },
    evaluate: (request) => learning.run('evaluate', request),
    preview: (request) => learning.run('preview', request),
    promote: async (request) => tell(await learning.run('promote', request)),
    rollback: async () => tell(await learning.run('rollback', undefined)),
  }
}

export function createReviewHandlers(learning: Learning): Handlers<CoreContract>['review'] {
  return {
    queue: (request) => learning.run('queue', request),
    similar: (request) => learning.run('similar', request),
    suspects: ({ taskId, ...request }) => learning.run('suspects', request, taskId),
    duplicates: ({ taskId, ...request }) => learning.run('duplicates', request, taskId),
    groups: ({ taskId, ...request }) => learning.run('groups', request, taskId),
    map: ({ taskId, ...request }) => learning.run('map', request, taskId),
    curve: ({ taskId, ...request }) => learning.run('curve', request, taskId),
  }
}
