// The photos that suit a sentence best.
import type { ModelId } from '../../../contract/domain.ts'
import type { SimilarPhoto } from '../../../contract/review.ts'
import type { LearningContext } from '../context.ts'
import { findBest, readInt8Library } from '../int8-library.ts'

export interface FindSentence {
  readonly modelId: ModelId
  /** [dim], of unit length as the photos' embeddings of a text-image model are. */
  readonly sentence: Float32Array
  readonly limit: number
}

/** The best first. */
export function findBySentence(
  { store, variantOf }: LearningContext,
  { modelId, sentence, limit }: FindSentence,
): SimilarPhoto[] {
  const library = readInt8Library(store, variantOf(modelId))
  const found = findBest(store, library, sentence, { limit, isCosine: false })
  const paths = store.files.photoPathsOf(found.map(({ photoId }) => photoId))
  return found.map(({ photoId, value }) => ({ photoId, path: paths.get(photoId) ?? '', cosine: value }))
}
