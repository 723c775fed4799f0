// Answers the calls by which the user annotates photos.
import { setImmediate } from 'node:timers/promises'
import type { CoreContract } from '../../contract/core.ts'
import type { Label, PhotoId } from '../../contract/domain.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { LibraryIndex } from '../browse/library-index.ts'
import type { Store } from '../store/db.ts'
import { countLabels, labelsOn } from './count-labels.ts'
import type { RenameFollower } from '../settings/follow-renames.ts'

/** Photos whose suggestions are read before yielding to the event loop; some ten milliseconds. */
const chunkSize = 500

/** Renaming or removing labels of more photos is preceded by a backup. */
const photosBeforeBackup = 1000

export interface LabelOptions {
  /** What goes along with the names of labels. */
  readonly follower: RenameFollower
  /** Called before many labels change; it never fails. */
  readonly backUp: () => Promise<void>
}

export function createLabelHandlers(
  store: Store,
  index: LibraryIndex,
  { follower, backUp }: LabelOptions,
): Handlers<CoreContract>['labels'] {
  let labelCountCache: { version: number; labels: ReturnType<typeof countLabels> } | null = null
  const { annotations, whenFree } = store
  const { withWriteLock } = store.history
  const list = async () => {
    const tables = await index.ready()
    if (labelCountCache?.version !== index.version)
      labelCountCache = { version: index.version, labels: countLabels(tables, store.models.classNames()) }
    return labelCountCache.labels
  }
  /** Before the labels of many photos are changed at once. */
  const backUpMany = async (names: readonly string[]) => {
    const isMeant = (name: string) => names.some((one) => `${name}/`.startsWith(`${one}/`))
    const photos = (await list())
      .filter(({ name }) => isMeant(name))
      .reduce((sum, { confirmed, rejected }) => sum + confirmed + rejected, 0)
    if (photos > photosBeforeBackup) await backUp()
  }
  return {
    confirm: ({ photoIds, name, isOnly }) => withWriteLock(() => annotations.confirm(photoIds, name, isOnly)),
    confirmAll: ({ photoIds, names }) => withWriteLock(() => annotations.confirmNames(photoIds, names)),
    confirmEach: ({ labels }) => withWriteLock(() => annotations.confirmEach(labels)),
    // Reading happens under the lock too, so that a later step, such as an undo, waits until this one is done.
    reviewTop: ({ photoIds, state }) =>
      withWriteLock(async () => {
        const shown = await readShown(store, photoIds, 1)
        return whenFree(() => annotations.reviewSuggested(shown, state))
      }),
    rename: ({ renames }) =>
      withWriteLock(async () => {
        await backUpMany(renames.map(({ from }) => from))
        const inUse = (await list()).flatMap(({ name, confirmed }) => (confirmed > 0 ? [name] : []))
        const change = await follower.plan(renames, inUse)
        const renamed = { confirmed: change.forward, suggested: [] }
        const { photos } = await whenFree(() => {
          const done = annotations.rename(renames, change)
          follower.tell(renamed)
          return done
        })
        await follower.follow(change, 'do')
        return { photos, renamed }
      }),
    remove: ({ names }) =>
      withWriteLock(async () => {
        await backUpMany(names)
        return whenFree(() => annotations.remove(names))
      }),
    reject: ({ photoIds, name }) => withWriteLock(() => (annotations.reject(photoIds, name), {})),
    rejectAll: ({ photoIds }) =>
      withWriteLock(async () => {
        const shown = await readShown(store, photoIds, Infinity)
        await whenFree(() => annotations.reviewSuggested(shown, 'rejected'))
        return {}
      }),
    clear: ({ photoIds, name, state }) => withWriteLock(() => annotations.clear(photoIds, name, state)),
    on: async ({ photoIds }) => labelsOn(await index.ready(), photoIds),
    recent: ({ limit }) => annotations.recentNames(limit),
    list,
    resolveChanged: ({ photoIds, isKept }) =>
      withWriteLock(() => annotations.resolveChanged(photoIds, isKept)),
    clearAll: ({ photoIds }) => withWriteLock(() => (annotations.clearAll(photoIds), {})),
  }
}

/** Returns the best visible suggestions, at most `limit` of each photo. */
async function readShown(
  { suggestions }: Store,
  photoIds: readonly PhotoId[],
  limit: number,
): Promise<Map<PhotoId, Label[]>> {
  const all = new Map<PhotoId, Label[]>()
  for (let from = 0; from < photoIds.length; from += chunkSize) {
    if (from > 0) await setImmediate()
    const shown = suggestions.shown(photoIds.slice(from, from + chunkSize))
    for (const [photoId, labels] of shown) all.set(photoId, labels.slice(0, limit))
  }
  return all
}
