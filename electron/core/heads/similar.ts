// Photos that look like one photo, and groups of photos that look the same.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { SimilarPhoto } from '../../contract/learning.ts'
import { findPhoto } from '../library/find-photo.ts'
import { groupDuplicates } from '../learning/duplicates.ts'
import { findSimilar, inverseNorms } from '../learning/neighbours.ts'
import type { EmbeddedLibrary, LearningContext } from './context.ts'

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
    const name = 'path' in photo ? photo.path : `Photo ${photoId}`
    throw new AppError(
      'not-found',
      `${name} has no embedding of this model. Label its folder first: labelroom label FOLDER.`,
    )
  }
  const inverse = norms.get(library) ?? inverseNorms(matrix)
  norms.set(library, inverse)
  const found = findSimilar(matrix, inverse, row, limit)
  const places = store.embeddings.placesOf(found.flatMap((one) => photoIds[one.row] ?? []))
  return found.flatMap((one) => {
    const other = photoIds[one.row]
    return other === undefined ? [] : [{ photoId: other, path: places.get(other) ?? '', cosine: one.cosine }]
  })
}

/** Groups of photos that look the same, the largest first; copies with the same bytes are one photo and no group. */
export function findDuplicates(
  { store, embedded, report }: LearningContext,
  { modelId, minCosine }: { readonly modelId: ModelId | null; readonly minCosine: number },
): { photoId: PhotoId; path: string }[][] {
  const { matrix, photoIds } = embedded(modelId)
  const groups = groupDuplicates(matrix, minCosine, report).map((group) =>
    group.flatMap((row) => photoIds[row] ?? []),
  )
  const places = store.embeddings.placesOf(groups.flat())
  return groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => group.map((photoId) => ({ photoId, path: places.get(photoId) ?? '' })))
}
