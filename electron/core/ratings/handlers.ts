// Answers the calls by which the user gives stars and flags to photos.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'

export function createRatingHandlers({ ratings, history }: Store): Handlers<CoreContract>['ratings'] {
  return {
    set: ({ photoIds, ...change }) => history.withWriteLock(() => ratings.set(photoIds, change)),
  }
}
