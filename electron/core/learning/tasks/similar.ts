// Photos similar to one photo, and groups of near-duplicates.
import type { ModelId, PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { SimilarPhoto } from '../../../contract/review.ts'
import { msg } from '../../../texts/message.ts'
import { findPhoto } from '../../photos/find-photo.ts'
import { groupNearDuplicates } from '../algorithms/near-duplicates.ts'
import { findSimilar, inverseNorms } from '../algorithms/neighbours.ts'
import type { EmbeddedLibrary, LearningContext } from '../context.ts'

export interface SimilarRequest {
  readonly modelId: ModelId | null
  readonly photo: { readonly path: string } | { readonly photoId: PhotoId }
  readonly limit: number
}

const norms = new WeakMap<EmbeddedLibrary, Float32Array>()

/** The photos that look most like this one, the most similar first. */
export function findSimilarPhotos(
  { store, embedded }: LearningContext,
  { modelId, photo, limit }: SimilarRequest,
): SimilarPhoto[] {
  const library = embedded(modelId)
  const { matrix, photoIds } = library
  const photoId = 'path' in photo ? findPhoto(store, photo.path).photoId : photo.photoId
  const row = photoIds.indexOf(photoId)
  if (row === -1) {
    const name = 'path' in photo ? photo.path : msg('Photo {{id}}', { id: photoId })
    throw new AppError(
      'not-found',
      msg('{{name}} has no embedding of this model. Label its folder first: labelroom label FOLDER.', {
        name,
      }),
    )
  }
  const inverse = norms.get(library) ?? inverseNorms(matrix)
  norms.set(library, inverse)
  const found = findSimilar(matrix, inverse, row, limit)
  const paths = store.files.photoPathsOf(found.flatMap((one) => photoIds[one.row] ?? []))
  return found.flatMap((one) => {
    const other = photoIds[one.row]
    return other === undefined ? [] : [{ photoId: other, path: paths.get(other) ?? '', cosine: one.cosine }]
  })
}

/** Groups of near-duplicates, the largest first; copies with the same bytes are one photo and no group. */
export function findNearDuplicates(
  { store, embedded, report }: LearningContext,
  { modelId, minCosine }: { readonly modelId: ModelId | null; readonly minCosine: number },
): { photoId: PhotoId; path: string }[][] {
  const { matrix, photoIds } = embedded(modelId)
  const groups = groupNearDuplicates(matrix, minCosine, report).map((group) =>
    group.flatMap((row) => photoIds[row] ?? []),
  )
  const paths = store.files.photoPathsOf(groups.flat())
  return groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => group.map((photoId) => ({ photoId, path: paths.get(photoId) ?? '' })))
}
