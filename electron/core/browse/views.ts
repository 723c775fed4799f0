// The most recently used views: snapshots of ordered file numbers.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'

/** Two windows with some history each; 400 kB a view at 100,000 files. */
const keptViews = 16

export interface Views {
  /** Keeps a view and evicts the least recently used one. */
  add(fileIds: Int32Array): string
  /** Fails with `not-found` for a view that was evicted. */
  get(viewId: string): Int32Array
}

export function createViews(): Views {
  // In the order of last use.
  const views = new Map<string, Int32Array>()
  return {
    add(fileIds) {
      const viewId = randomUUID()
      views.set(viewId, fileIds)
      const [oldest] = views.keys()
      if (views.size > keptViews && oldest !== undefined) views.delete(oldest)
      return viewId
    },
    get(viewId) {
      const fileIds = views.get(viewId)
      if (fileIds === undefined)
        throw new AppError('not-found', msg('This list is not kept any more; open it again.'))
      views.delete(viewId)
      views.set(viewId, fileIds)
      return fileIds
    },
  }
}
