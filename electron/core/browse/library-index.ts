// The library in memory, for filters and sorts at 100,000 photos. Built from the store and updated on every change.
//
// [Note: index] Nothing of it is saved: the tables of the store are the truth. Triggers note which files and photos
// changed (store/changes.ts); before an answer, those are read again with the same queries that read everything at the
// start. So there is one way in which a row gets here, and writers need not know of the index.
import type { Store } from '../store/db.ts'
import type { Change } from '../store/changes.ts'
import { createLabelNames } from '../domain/label-names.ts'
import type { Tables } from './select.ts'
import { createTableLoader } from './table-loader.ts'

export interface LibraryIndex {
  /** Returns the tables with every change that is committed by now. */
  ready(): Promise<Tables>
  /** The same, but at the start of the program possibly without what files say and the data of photos, for an early first screen. */
  filesReady(): Promise<Tables>
  /** Applies what changed, if the tables were ever asked for. Returns all changes since the last call. */
  sync(): Promise<Change | null>
  /** Counts up with every change. */
  readonly version: number
  /** Returns the number in memory of a label of the store. */
  labelOf(labelId: number): number
  /** Waits for what is being read. */
  close(): Promise<void>
}

export function createLibraryIndex(store: Store): LibraryIndex {
  let shownName = store.labelSpellings.shownNames()
  const names = createLabelNames((name) => shownName(name))
  const loader = createTableLoader(store, names)
  const changes = createChangeNotes(store)
  let tables: Tables | null = null
  let updating: Promise<Tables> | null = null
  /** Of the running load. */
  let filesRead: PromiseWithResolvers<Tables> | null = null

  const update = async (): Promise<Tables> => {
    changes.check()
    // It is unknown what another program changed, so everything is read again.
    if (changes.foreign.read < changes.foreign.seen) tables = null
    changes.foreign.read = changes.foreign.seen
    let current = tables
    if (current === null) {
      // Changes up to here are read by the load anyway.
      const change = store.changes.take()
      if (change !== null) changes.note(change)
      filesRead = Promise.withResolvers()
      current = await loader.load((loaded) => filesRead?.resolve(loaded))
      filesRead = null
    }
    for (let change = store.changes.take(); change !== null; change = store.changes.take()) {
      // If applying fails halfway, everything is read again.
      tables = null
      await loader.apply(current, change)
      changes.note(change)
      tables = current
    }
    shownName = store.labelSpellings.shownNames()
    tables = current
    return current
  }

  const ready = async (): Promise<Tables> => {
    changes.check()
    // Later changes are not waited for: another program may write all the time.
    const { seen } = changes.foreign
    let current: Tables
    do {
      updating ??= update().finally(() => {
        updating = null
      })
      current = await updating
    } while (tables === null || changes.foreign.read < seen || store.changes.hasAny())
    return current
  }

  const filesReady = async (): Promise<Tables> => {
    const all = ready()
    if (filesRead === null) return all
    const first = await Promise.race([filesRead.promise, all])
    return changes.foreign.read < changes.foreign.seen || store.changes.hasAny() ? all : first
  }

  return {
    ready,
    filesReady,
    async sync() {
      if (tables === null && updating === null) {
        const change = store.changes.take()
        if (change !== null) changes.note(change)
      } else await ready()
      return changes.take()
    },
    get version() {
      return changes.version
    },
    labelOf: (labelId) => loader.labelOf(labelId),
    async close() {
      await updating?.catch(() => undefined)
    },
  }
}

/** What has changed since it was last taken, with the changes of other programs, of which only their number is known. */
function createChangeNotes(store: Store) {
  let version = 0
  let pending: Change | null = null
  /** How often another program was seen to have written, and how many of these times are in the tables. */
  const foreign = { seen: 0, read: 0 }
  const note = (change: Change) => {
    version++
    pending = pending === null ? change : joined(pending, change)
  }
  return {
    foreign,
    note,
    /** Looks whether another program has written. */
    check() {
      if (!store.changes.isForeign()) return
      foreign.seen++
      note({ fileIds: [], photoIds: [], isEverything: true, isEveryPhoto: true })
    },
    take(): Change | null {
      const change = pending
      pending = null
      return change
    },
    get version() {
      return version
    },
  }
}

const joined = (a: Change, b: Change): Change => ({
  fileIds: [...new Set([...a.fileIds, ...b.fileIds])],
  photoIds: [...new Set([...a.photoIds, ...b.photoIds])],
  isEverything: a.isEverything || b.isEverything,
  isEveryPhoto: a.isEveryPhoto || b.isEveryPhoto,
})
