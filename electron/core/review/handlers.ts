// Answers the calls about what to label next and what is likely wrong; each runs as a task of its name in learning/tasks.
import type { CoreContract } from '../../contract/core.ts'
import type { LabelCount } from '../../contract/labels.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Learning } from '../learning/service.ts'
import type { Store } from '../store/db.ts'
import { createLastCurve, curveSubject } from './last-curve.ts'

/** @param countLabels of all labels of the library. */
export function createReviewHandlers(
  store: Store,
  learning: Learning,
  countLabels: () => Promise<readonly LabelCount[]>,
): Handlers<CoreContract>['review'] {
  const lastCurve = createLastCurve(store)
  return {
    queue: (request) => learning.run('queue', request),
    similar: (request) => learning.run('similar', request),
    labelIssues: ({ taskId, ...request }) => learning.run('labelIssues', request, taskId),
    keep: async ({ photoId, name }) => {
      await store.history.withWriteLock(() => {
        store.keptLabels.keep(photoId, name)
      })
      return {}
    },
    nearDuplicates: ({ taskId, ...request }) => learning.run('nearDuplicates', request, taskId),
    groups: ({ taskId, ...request }) => learning.run('groups', request, taskId),
    map: async ({ taskId, ...request }) => {
      const { map, drawn } = await learning.run('map', request, taskId)
      if (drawn !== null) store.maps.put(drawn.variantId, drawn.request, drawn.signature, drawn.layout)
      return map
    },
    curve: async ({ taskId, ...request }) => {
      const { mode, classes, modelId } = request
      // Another model may be used until it is measured.
      const variantId = store.models.lastUsed(modelId)
      // The task comes first, so that it can be cancelled from now on.
      const [curve, counts] = await Promise.all([learning.run('curve', request, taskId), countLabels()])
      await lastCurve.save({ ...curveSubject({ mode, classes, counts }), curve }, variantId)
      return curve
    },
    lastCurve: lastCurve.get,
  }
}
