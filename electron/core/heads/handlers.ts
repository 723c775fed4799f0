// Answers the calls about heads and review.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'
import { evaluateHead } from './evaluate.ts'
import { estimateCurve, findDuplicates, findSimilarPhotos, findSuspects, suggestQueue } from './review.ts'
import { trainHead } from './train.ts'
import { previewHead, promoteHead, rollbackHead } from './use.ts'

/** Calls that the contract has and the core lacks until the next merge. */
export function notYet(): never {
  throw new AppError('internal', 'This call is not there yet.')
}

export function createHeadHandlers(store: Store): Handlers<CoreContract>['heads'] {
  return {
    train: (request) => trainHead(store, request),
    list: () => {
      const variantId = store.models.lastUsed(null)
      return variantId === null ? [] : store.heads.list(variantId)
    },
    evaluate: ({ id, folder }) => evaluateHead(store, id, folder),
    preview: ({ id, limit }) => previewHead(store, id, limit),
    promote: ({ id }) => promoteHead(store, id),
    rollback: () => rollbackHead(store),
  }
}

export function createReviewHandlers(store: Store): Handlers<CoreContract>['review'] {
  return {
    queue: ({ limit, seed }) => suggestQueue(store, limit, seed),
    suspects: ({ limit, seed }) => findSuspects(store, limit, seed),
    similar: ({ photo, limit }) => ('path' in photo ? findSimilarPhotos(store, photo.path, limit) : notYet()),
    duplicates: ({ minCosine }) => findDuplicates(store, minCosine),
    groups: notYet,
    map: notYet,
    curve: ({ modelId, seed, moreLabels }) => estimateCurve(store, modelId, seed, moreLabels),
  }
}
