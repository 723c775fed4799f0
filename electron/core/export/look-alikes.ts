// Photos that look the same, which a data set must not tear apart; found in the learning thread.
import { randomUUID } from 'node:crypto'
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Learning } from '../learning-thread/learning.ts'
import type { Store } from '../store/db.ts'

/** Groups by the embeddings of a model as it was run last; none where no photo has one. */
export type FindLookAlikes = (
  modelId: ModelId | null,
  minCosine: number,
  signal: AbortSignal,
) => Promise<PhotoId[][]>

export function createLookAlikes(store: Store, learning: Learning): FindLookAlikes {
  // A preview and then the export ask the same.
  let last: { readonly key: string; readonly groups: PhotoId[][] } | null = null
  return async (modelId, minCosine, signal) => {
    const variantId = store.models.lastUsed(modelId)
    if (variantId === null) return []
    const key = JSON.stringify([variantId, store.embeddings.signature(variantId), minCosine])
    if (last?.key === key) return last.groups
    const taskId = randomUUID()
    const stop = () => {
      learning.cancel(taskId)
    }
    signal.addEventListener('abort', stop)
    try {
      const found = await learning.run('duplicates', { modelId, minCosine }, taskId)
      const groups = found.map((group) => group.map(({ photoId }) => photoId))
      last = { key, groups }
      return groups
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return []
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
