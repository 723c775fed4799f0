// What work on the embeddings of a library is given: the store, which photos have embeddings, and whom to report to.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { Report } from './algorithms/report.ts'
import type { RowSource } from './algorithms/row-source.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { keepLast } from './keep-last.ts'

/** The photos of one variant, as they were when they were listed; their embeddings are read from disk when they are asked for. */
export interface EmbeddedLibrary {
  readonly variantId: VariantId
  /** Changes whenever embeddings were added, or photos came or went. */
  readonly signature: string
  readonly photoIds: readonly PhotoId[]
  /** The photo that annotations of each of `photoIds` hang on: one for all renderings of an image. */
  readonly subjectIds: readonly PhotoId[]
  /** One row for each of `photoIds`. */
  readonly embeddings: RowSource
}

export interface LearningContext {
  readonly store: Store
  /** Embeddings of a model as it was run last; null is the model used last. Throws `not-found` where there are none. */
  readonly embedded: (modelId: ModelId | null) => EmbeddedLibrary
  /** The variant whose embeddings these are. Throws `not-found` where there are none. */
  readonly variantOf: (modelId: ModelId | null) => VariantId
  readonly report: Report
}

export function createContext(store: Store, report: Report): LearningContext {
  return {
    store,
    report,
    embedded: (modelId) => listEmbedded(store, variantOf(store, modelId)),
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
    'embeddings-missing',
    msg(
      'No photo has an embedding yet. Label a folder first, with a model that gives embeddings: labelroom label FOLDER --model MODEL.',
    ),
  )

const listEmbedded = keepLast((store, variantId, signature): EmbeddedLibrary => {
  const photos = store.embeddings.photos(variantId)
  const { photoIds, subjectIds, dim } = photos
  if (photoIds.length === 0) throw noEmbeddings()
  const embeddings: RowSource = {
    rows: photoIds.length,
    dim,
    take: (rows) => {
      const some = rows.map((row) => photoIds[row] ?? (0 as PhotoId))
      return { rows: rows.length, dim, values: store.embeddings.take(variantId, some, dim) }
    },
    *blocks() {
      for (const { from, rows, values } of store.embeddings.blocks(variantId, photos))
        yield { from, matrix: { rows, dim, values } }
    },
  }
  return { variantId, signature, photoIds, subjectIds, embeddings }
})
