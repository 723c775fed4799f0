// Answers the calls about long tasks of learning, whichever group started them.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Learning } from './service.ts'

export function createLearningHandlers(learning: Learning): Handlers<CoreContract>['learning'] {
  return { cancel: ({ taskId }) => (learning.cancel(taskId), {}) }
}
