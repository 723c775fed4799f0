// Photos similar to one photo, and groups of near-duplicates.
import type { ModelId, PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { SimilarPhoto } from '../../../contract/review.ts'
import { msg } from '../../../texts/message.ts'
import { findPhoto } from '../../photos/find-photo.ts'
import { groupNearDuplicates } from '../algorithms/near-duplicates.ts'
import type { LearningContext } from '../context.ts'
import { findBest, readInt8Library } from '../int8-library.ts'

export interface SimilarRequest {
  readonly modelId: ModelId | null
  readonly photo: { readonly path: string } | { readonly photoId: PhotoId }
  readonly limit: number
}

/** The photos that look most like this one, the most similar first. See [Note: int8 rows]. */
export function findSimilarPhotos(
  { store, variantOf }: LearningContext,
  { modelId, photo, limit }: SimilarRequest,
): SimilarPhoto[] {
  const variantId = variantOf(modelId)
  const library = readInt8Library(store, variantId)
  const photoId = 'path' in photo ? findPhoto(store, photo.path).photoId : photo.photoId
  const vector = store.embeddings.get(variantId, photoId)
  if (vector === null || !library.photoIds.includes(photoId)) {
    const name = 'path' in photo ? photo.path : msg('Photo {{id}}', { id: photoId })
    throw new AppError(
      'not-found',
      msg('{{name}} has no embedding of this model. Label its folder first: labelroom label FOLDER.', {
        name,
      }),
    )
  }
  const found = findBest(store, library, vector, { limit: limit + 1, isCosine: true })
    .filter((one) => one.photoId !== photoId)
    .slice(0, limit)
  const paths = store.files.photoPathsOf(found.map((one) => one.photoId))
  return found.map((one) => ({
    photoId: one.photoId,
    path: paths.get(one.photoId) ?? '',
    cosine: one.value,
  }))
}

/** Groups of near-duplicates, the largest first; copies with the same bytes are one photo and no group. */
export function findNearDuplicates(
  { store, embedded, report }: LearningContext,
  { modelId, minCosine }: { readonly modelId: ModelId | null; readonly minCosine: number },
): { photoId: PhotoId; path: string }[][] {
  const { embeddings, photoIds } = embedded(modelId)
  const groups = groupNearDuplicates(embeddings, minCosine, report).map((group) =>
    group.flatMap((row) => photoIds[row] ?? []),
  )
  const paths = store.files.photoPathsOf(groups.flat())
  return groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => group.map((photoId) => ({ photoId, path: paths.get(photoId) ?? '' })))
}
