// Answers the calls with which a person says what is on photos, and takes it back.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'

/** Every call but `labels.list`, which belongs to browsing. */
export function createLabelHandlers({ annotations }: Store): Omit<Handlers<CoreContract>['labels'], 'list'> {
  return {
    confirm: ({ photoIds, name, isOnly }) => (annotations.confirm(photoIds, name, isOnly), {}),
    judgeBest: ({ photoIds, state, isOnly }) => annotations.judgeBest(photoIds, state, isOnly),
    rename: ({ from, to }) => annotations.rename(from, to),
    reject: ({ photoIds, name }) => (annotations.reject(photoIds, name), {}),
    rejectAll: ({ photoIds }) => (annotations.rejectAll(photoIds), {}),
    clear: ({ photoIds, name }) => (annotations.clear(photoIds, name), {}),
    clearAll: ({ photoIds }) => (annotations.clearAll(photoIds), {}),
  }
}

export function createHistoryHandlers({ history }: Store): Handlers<CoreContract>['history'] {
  return {
    state: () => history.state(),
    undo: () => history.undo(),
    redo: () => history.redo(),
  }
}
