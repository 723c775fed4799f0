// The library on a plane, drawn once for each state of it.
import { AppError } from '../../../contract/errors.ts'
import type { LibraryMap, MapRequest } from '../../../contract/review.ts'
import { msg } from '../../../texts/message.ts'
import { layOutByPca, layOutByUmap, type Layout } from '../algorithms/umap-layout.ts'
import type { VariantId } from '../../store/tables/model-variants.ts'
import type { EmbeddedLibrary, LearningContext } from '../context.ts'
import { currentLabels } from './current-labels.ts'

/** A map and, where it was drawn just now, what is to be kept of it. */
export interface DrawnMap {
  readonly map: LibraryMap
  readonly drawn: {
    readonly variantId: VariantId
    readonly request: string
    readonly signature: string
    readonly layout: Layout
  } | null
}

export function drawMap(context: LearningContext, request: Omit<MapRequest, 'taskId'>): DrawnMap {
  const { store, embedded } = context
  const library = embedded(request.modelId)
  const { variantId, signature } = library
  const key = nameOf(request)
  const known = store.maps.get(variantId, key, signature)
  const layout = known ?? layOut(context, library, request)
  const { coordinates, fitted } = layout
  const labelOf = currentLabels(store)
  const modelId = store.models.describeVariant(library.variantId)?.modelId ?? null
  const model = modelId === null ? null : store.models.get(modelId)
  if (model === null) throw new AppError('model-missing', msg('The model of this map was removed.'))
  const paths = request.hasPaths ? store.files.photoPaths() : null
  const points = library.photoIds.map((photoId, row) => {
    const label = labelOf(photoId)
    return {
      photoId,
      x: coordinates[2 * row] ?? 0,
      y: coordinates[2 * row + 1] ?? 0,
      label: label?.name ?? null,
      isConfirmed: label?.isConfirmed ?? false,
      ...(paths === null ? {} : { path: paths.get(photoId) ?? '' }),
    }
  })
  const map = { method: request.method, modelName: model.name, points, fitted }
  return { map, drawn: known === null ? { variantId, request: key, signature, layout } : null }
}

/** What decides where the points lie. */
function nameOf({ method, seed, neighbours, minDistance }: Omit<MapRequest, 'taskId'>): string {
  return JSON.stringify(method === 'pca' ? { method, seed } : { method, seed, neighbours, minDistance })
}

function layOut(
  { report }: LearningContext,
  { embeddings }: EmbeddedLibrary,
  { method, seed, neighbours, minDistance }: Omit<MapRequest, 'taskId'>,
): Layout {
  return method === 'pca'
    ? layOutByPca(embeddings, seed, report)
    : layOutByUmap(embeddings, { seed, neighbours, minDistance, report })
}
