// The library on a plane, drawn once for each state of it.
import { AppError } from '../../contract/errors.ts'
import type { LibraryMap, MapRequest } from '../../contract/learning.ts'
import { layOutByPca, layOutByUmap, type Layout } from '../learning/layout.ts'
import type { EmbeddedLibrary, LearningContext } from './context.ts'
import { currentLabels } from './current-labels.ts'

export function drawMap(context: LearningContext, request: Omit<MapRequest, 'taskId'>): LibraryMap {
  const { store, embedded } = context
  const library = embedded(request.modelId)
  const { coordinates, fitted } = findLayout(context, library, request)
  const labels = currentLabels(store, library.variantId)
  const modelId = store.models.describeVariant(library.variantId)?.modelId ?? null
  const model = modelId === null ? null : store.models.get(modelId)
  if (model === null) throw new AppError('model-missing', 'The model of this map was removed.')
  const points = library.photoIds.map((photoId, row) => ({
    photoId,
    x: coordinates[2 * row] ?? 0,
    y: coordinates[2 * row + 1] ?? 0,
    label: labels.get(photoId)?.name ?? null,
    isConfirmed: labels.get(photoId)?.isConfirmed ?? false,
  }))
  return { method: request.method, modelName: model.name, points, fitted }
}

/** From the store where it was drawn before, with the same words and the same photos. */
function findLayout(
  { store, report }: LearningContext,
  { variantId, signature, matrix }: EmbeddedLibrary,
  { method, seed, neighbours, minDistance }: Omit<MapRequest, 'taskId'>,
): Layout {
  const request = JSON.stringify(
    method === 'pca' ? { method, seed } : { method, seed, neighbours, minDistance },
  )
  const known = store.maps.get(variantId, request, signature)
  if (known !== null) return known
  const layout =
    method === 'pca'
      ? layOutByPca(matrix, seed, report)
      : layOutByUmap(matrix, { seed, neighbours, minDistance, report })
  store.maps.put(variantId, request, signature, layout)
  return layout
}
