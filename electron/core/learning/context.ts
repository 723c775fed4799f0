// What work on the embeddings of a library is given: the store, embeddings kept in memory, and whom to report to.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { Matrix } from './algorithms/linear-layer.ts'
import type { Report } from './algorithms/report.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'

/** The embeddings of one variant; the arrays are shared memory, so that several threads use one copy. */
export interface EmbeddedLibrary {
  readonly variantId: VariantId
  /** Changes whenever embeddings were added, or photos came or went. */
  readonly signature: string
  readonly photoIds: readonly PhotoId[]
  /** The photo that annotations of each of `photoIds` hang on: one for all renderings of an image. */
  readonly subjectIds: readonly PhotoId[]
  /** One row for each of `photoIds`. */
  readonly matrix: Matrix
}

export interface LearningContext {
  readonly store: Store
  /** Embeddings of a model as it was run last; null is the model used last. Throws `not-found` where there are none. */
  readonly embedded: (modelId: ModelId | null) => EmbeddedLibrary
  /** The variant whose embeddings these are. Throws `not-found` where there are none. */
  readonly variantOf: (modelId: ModelId | null) => VariantId
  readonly report: Report
}

/** Keeps the embeddings that were used last; those of another variant take their place. */
export interface EmbeddingCache {
  get(): EmbeddedLibrary | null
  put(library: EmbeddedLibrary): void
}

export function createContext(store: Store, cache: EmbeddingCache, report: Report): LearningContext {
  return {
    store,
    report,
    embedded: (modelId) => loadEmbedded(store, cache, variantOf(store, modelId)),
    variantOf: (modelId) => variantOf(store, modelId),
  }
}

function variantOf(store: Store, modelId: ModelId | null): VariantId {
  const variantId = store.models.lastUsed(modelId)
  if (variantId === null || store.embeddings.size(variantId).rows === 0) throw noEmbeddings()
  return variantId
}

const noEmbeddings = () =>
  new AppError(
    'not-found',
    msg(
      'No photo has an embedding yet. Label a folder first, with a model that gives embeddings: labelroom label FOLDER --model MODEL.',
    ),
  )

function loadEmbedded(store: Store, cache: EmbeddingCache, variantId: VariantId): EmbeddedLibrary {
  const signature = store.embeddings.signature(variantId)
  const known = cache.get()
  if (known?.variantId === variantId && known.signature === signature) return known
  const table = store.embeddings.load(variantId)
  if (table.photoIds.length === 0) throw noEmbeddings()
  const { photoIds, subjectIds, dim, values } = table
  const matrix = { rows: photoIds.length, dim, values }
  const library = { variantId, signature, photoIds, subjectIds, matrix }
  cache.put(library)
  return library
}
