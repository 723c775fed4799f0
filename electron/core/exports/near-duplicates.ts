// Near-duplicates, which a dataset must keep in one split; found in the learning thread.
import { randomUUID } from 'node:crypto'
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Learning } from '../learning/service.ts'
import type { Store } from '../store/db.ts'

/** Returns groups by the embeddings of a model's last run; none where no photo has one. */
export type FindNearDuplicates = (
  modelId: ModelId | null,
  minCosine: number,
  signal: AbortSignal,
) => Promise<PhotoId[][]>

export function createNearDuplicateGroups(store: Store, learning: Learning): FindNearDuplicates {
  // A preview and the export after it make the same request.
  let last: { readonly key: string; readonly groups: PhotoId[][] } | null = null
  return async (modelId, minCosine, signal) => {
    const variantId = store.models.lastUsed(modelId)
    if (variantId === null) return []
    const key = JSON.stringify([variantId, store.embeddings.signature(variantId), minCosine])
    if (last?.key === key) return last.groups
    const taskId = randomUUID()
    const stopped = Promise.withResolvers<never>()
    // At once: the thread may be busy with another call, such as that of a preview, and would notice it only afterwards.
    const stop = () => {
      learning.cancel(taskId)
      stopped.reject(signal.reason)
    }
    signal.addEventListener('abort', stop)
    try {
      const running = learning.run('nearDuplicates', { modelId, minCosine }, taskId)
      const found = await Promise.race([running, stopped.promise])
      const groups = found.map((group) => group.map(({ photoId }) => photoId))
      last = { key, groups }
      return groups
    } catch (error) {
      if (error instanceof AppError && error.code === 'embeddings-missing') return []
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
