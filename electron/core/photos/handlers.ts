// Answers the calls about single photos.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { readDetails } from './details.ts'
import { createExplainHandlers, type ExplainOptions } from './explain.ts'
import { findPhoto } from './find-photo.ts'
import type { Pictures } from './pictures.ts'

export interface PhotosOptions extends ExplainOptions {
  readonly pictures: Pictures
}

export function createPhotosHandlers(options: PhotosOptions): Handlers<CoreContract>['photos'] {
  const { store, pictures } = options
  return {
    details: ({ fileId }) => readDetails(store, pictures, fileId),
    picture: ({ photoId, size }) => pictures.picture(photoId, size),
    list: ({ folder, modelId, after, limit }) =>
      store.listing.page({ root: folder, variantId: store.models.shown(modelId), after, limit }),
    find: ({ path }) => findPhoto(store, path),
    paths: ({ photoIds }) => {
      const paths = store.files.photoPathsOf(photoIds)
      return photoIds.map((photoId) => paths.get(photoId) ?? null)
    },
    ...createExplainHandlers(options),
  }
}
