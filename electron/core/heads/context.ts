// What work on the embeddings of a library is given: the store, embeddings kept in memory, and whom to report to.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Matrix } from '../learning/linear-pass.ts'
import type { Report } from '../learning/report.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/models.ts'

/** The embeddings of one variant; the arrays are shared memory, so that several threads use one copy. */
export interface EmbeddedLibrary {
  readonly variantId: VariantId
  /** Changes whenever embeddings were added, or photos came or went. */
  readonly signature: string
  readonly photoIds: readonly PhotoId[]
  /** One row for each of `photoIds`. */
  readonly matrix: Matrix
}

export interface LearningContext {
  readonly store: Store
  /** Embeddings of a model as it was run last; null is the model used last. Throws `not-found` where there are none. */
  readonly embedded: (modelId: ModelId | null) => EmbeddedLibrary
  readonly report: Report
}

/** Keeps the embeddings that were used last; those of another variant take their place. */
export interface EmbeddingCache {
  get(): EmbeddedLibrary | null
  put(library: EmbeddedLibrary): void
}

export function createContext(store: Store, cache: EmbeddingCache, report: Report): LearningContext {
  return { store, report, embedded: (modelId) => loadEmbedded(store, cache, modelId) }
}

function loadEmbedded(store: Store, cache: EmbeddingCache, modelId: ModelId | null): EmbeddedLibrary {
  const variantId = store.models.lastUsed(modelId)
  const signature = variantId === null ? '' : store.embeddings.signature(variantId)
  const known = cache.get()
  if (variantId !== null && known?.variantId === variantId && known.signature === signature) return known
  const table = variantId === null ? null : store.embeddings.load(variantId)
  if (variantId === null || table === null || table.photoIds.length === 0) {
    throw new AppError(
      'not-found',
      'No photo has an embedding yet. Label a folder first, with a model that gives embeddings: labelroom label FOLDER --model MODEL.',
    )
  }
  const { photoIds, dim, values } = table
  const library = { variantId, signature, photoIds, matrix: { rows: photoIds.length, dim, values } }
  cache.put(library)
  return library
}
