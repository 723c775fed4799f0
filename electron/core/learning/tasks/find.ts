// The photos that suit a sentence best.
import type { ModelId } from '../../../contract/domain.ts'
import type { SimilarPhoto } from '../../../contract/review.ts'
import { bestClasses, computeLogits } from '../algorithms/apply-head.ts'
import type { LearningContext } from '../context.ts'

export interface FindSentence {
  readonly modelId: ModelId
  /** [dim], of unit length as the photos' embeddings of a text-image model are. */
  readonly sentence: Float32Array
  readonly limit: number
}

/** The best first. */
export function findBySentence(
  { store, embedded }: LearningContext,
  { modelId, sentence, limit }: FindSentence,
): SimilarPhoto[] {
  const { matrix, photoIds } = embedded(modelId)
  const head = { classes: 1, dim: matrix.dim, weights: sentence, bias: new Float32Array(1) }
  const cosines = computeLogits(head, matrix)
  const best = bestClasses(cosines, 0, cosines.length, limit)
  const paths = store.files.photoPathsOf(best.flatMap(({ classIndex: row }) => photoIds[row] ?? []))
  return best.flatMap(({ classIndex: row, score: cosine }) => {
    const photoId = photoIds[row]
    return photoId === undefined ? [] : [{ photoId, path: paths.get(photoId) ?? '', cosine }]
  })
}
