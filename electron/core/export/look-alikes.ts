// Photos that look the same, which a data set must not tear apart; found in the learning thread.
import { randomUUID } from 'node:crypto'
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Learning } from '../learning-thread/learning.ts'

/** Groups by the embeddings of a model as it was run last; none where no photo has one. */
export type FindLookAlikes = (
  modelId: ModelId | null,
  minCosine: number,
  signal: AbortSignal,
) => Promise<PhotoId[][]>

export function createLookAlikes(learning: Learning): FindLookAlikes {
  return async (modelId, minCosine, signal) => {
    const taskId = randomUUID()
    const stop = () => {
      learning.cancel(taskId)
    }
    signal.addEventListener('abort', stop)
    try {
      const groups = await learning.run('duplicates', { modelId, minCosine }, taskId)
      return groups.map((group) => group.map(({ photoId }) => photoId))
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return []
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
