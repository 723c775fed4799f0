// Answers the calls with which a person says what is on photos, and takes it back.
import { setImmediate } from 'node:timers/promises'
import type { CoreContract } from '../../contract/core.ts'
import type { Label, PhotoId } from '../../contract/domain.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'

/** Photos whose suggestions are read in one go; some ten milliseconds. */
const stretch = 500

/** Every call but `labels.list`, which belongs to browsing. */
export function createLabelHandlers(store: Store): Omit<Handlers<CoreContract>['labels'], 'list'> {
  const { annotations } = store
  const { exclusive } = store.history
  return {
    confirm: ({ photoIds, name, isOnly }) =>
      exclusive(() => (annotations.confirm(photoIds, name, isOnly), {})),
    // Reading takes part in the turn: a step that was asked for later, such as an undo, waits until this one is done.
    judgeBest: ({ photoIds, state, isOnly }) =>
      exclusive(async () => annotations.judgeShown(await readShown(store, photoIds, 1), state, isOnly)),
    rename: ({ from, to }) => exclusive(() => annotations.rename(from, to)),
    reject: ({ photoIds, name }) => exclusive(() => (annotations.reject(photoIds, name), {})),
    rejectAll: ({ photoIds }) =>
      exclusive(async () => {
        annotations.judgeShown(await readShown(store, photoIds, Infinity), 'rejected')
        return {}
      }),
    clear: ({ photoIds, name }) => exclusive(() => (annotations.clear(photoIds, name), {})),
    clearAll: ({ photoIds }) => exclusive(() => (annotations.clearAll(photoIds), {})),
  }
}

/** The best suggestions that show, at most `limit` of each photo. */
async function readShown(
  { suggestions }: Store,
  photoIds: readonly PhotoId[],
  limit: number,
): Promise<Map<PhotoId, Label[]>> {
  const all = new Map<PhotoId, Label[]>()
  for (let from = 0; from < photoIds.length; from += stretch) {
    if (from > 0) await setImmediate()
    const shown = suggestions.shown(photoIds.slice(from, from + stretch))
    for (const [photoId, labels] of shown) all.set(photoId, labels.slice(0, limit))
  }
  return all
}

export function createHistoryHandlers({ history }: Store): Handlers<CoreContract>['history'] {
  return {
    state: () => history.state(),
    undo: () => history.exclusive(() => history.undo()),
    redo: () => history.exclusive(() => history.redo()),
  }
}
