// The library on a plane, drawn once for each state of it.
import type { PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { LibraryMap, MapRequest } from '../../../contract/review.ts'
import { msg } from '../../../texts/message.ts'
import { layOutByPca, layOutByUmap, type Layout } from '../algorithms/umap-layout.ts'
import type { VariantId } from '../../store/tables/model-variants.ts'
import type { EmbeddedLibrary, LearningContext } from '../context.ts'
import { currentLabels, type CurrentLabel } from './current-labels.ts'

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
  const drawn = known === null ? { variantId, request: key, signature, layout } : null
  const modelId = store.models.describeVariant(library.variantId)?.modelId ?? null
  const model = modelId === null ? null : store.models.get(modelId)
  if (model === null) throw new AppError('model-missing', msg('The model of this map was removed.'))
  const points = packPoints(library.photoIds, coordinates, currentLabels(store, context.report))
  const map = { method: request.method, modelName: model.name, points, paths: null, fitted }
  if (request.hasPaths) {
    const paths = store.files.photoPaths()
    const inOrder = library.photoIds.map((photoId) => paths.get(photoId) ?? '')
    return { map: { ...map, paths: inOrder }, drawn }
  }
  return { map, drawn }
}

function packPoints(
  photoIds: readonly PhotoId[],
  coordinates: Float32Array,
  labelOfPhoto: (photoId: PhotoId) => CurrentLabel | null,
): LibraryMap['points'] {
  const labels = new Map<string, number>()
  const labelOf = new Int32Array(photoIds.length).fill(-1)
  const confirmed = new Uint8Array(photoIds.length)
  for (const [at, photoId] of photoIds.entries()) {
    const label = labelOfPhoto(photoId)
    if (label === null) continue
    const number = labels.get(label.name) ?? labels.size
    labels.set(label.name, number)
    labelOf[at] = number
    confirmed[at] = label.isConfirmed ? 1 : 0
  }
  return {
    photoIds: toBase64(Float64Array.from(photoIds)),
    coordinates: toBase64(coordinates),
    labelOf: toBase64(labelOf),
    confirmed: toBase64(confirmed),
    labels: [...labels.keys()],
  }
}

const toBase64 = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

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
