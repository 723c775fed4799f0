// The library in memory, for filters and sorts at 100,000 photos. Built from the store, and kept up with every change.
//
// [Note: index] Nothing of it is saved: the tables of the store are the truth. Triggers note which files and photos
// changed (store/changes.ts); before an answer, those are read again with the same queries that read everything at the
// start. So there is one way in which a row gets here, and no writer has to know of it.
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store/db.ts'
import type { Change } from '../store/changes.ts'
import { FileTable } from './file-table.ts'
import { createLabelNames } from './label-names.ts'
import { createPhotoReader } from './photo-reader.ts'
import { PhotoTable } from './photo-table.ts'
import { createRuleSet } from './rule-set.ts'
import type { Tables } from './select.ts'

export interface LibraryIndex {
  /** The tables with every change that is committed by now. */
  ready(): Promise<Tables>
  /** The same, but at the start of the program perhaps without what is known of photos: sooner, for the first look. */
  filesReady(): Promise<Tables>
  /** Takes in what changed, if the tables were ever asked for. Gives what it was since the last call. */
  keepUp(): Promise<Change | null>
  /** Counts up with every change. */
  readonly version: number
  /** Our numbers for labels of the store. */
  labelOf(labelId: number): number
  /** Waits for what is being read. */
  close(): Promise<void>
}

/** Files or photos read in one go; some ten milliseconds. */
const stretch = 2000
/** Photos whose rules are applied in one go. */
const ruleStretch = 20_000
/** Numbers this close are read together: one query for many rows costs less than two for few. */
const nearby = 50

export function createLibraryIndex(store: Store): LibraryIndex {
  const names = createLabelNames()
  const reader = createPhotoReader(store, names)
  let tables: Tables | null = null
  let version = 0
  let updating: Promise<Tables> | null = null
  /** Of the load that is going on. */
  let filesRead: PromiseWithResolvers<Tables> | null = null
  let untold: Change | null = null
  /** How often another program was seen to have written, and how many of these times are in the tables. */
  let foreign = { seen: 0, read: 0 }

  const readFiles = async ({ files }: Tables, ranges: Iterable<Range>) => {
    for (const { from, to } of ranges) {
      files.put(from, to, store.columns.files(from, to))
      await setImmediate()
    }
  }
  const readPhotos = async ({ photos }: Tables, ranges: Iterable<Range>) => {
    const rules = createRuleSet(store.rules.get(), names)
    for (const { from, to } of ranges) {
      reader.read(photos, rules, from, to)
      await setImmediate()
    }
  }
  const applyRules = async ({ photos }: Tables) => {
    const rules = createRuleSet(store.rules.get(), names)
    for (let from = 1; from < photos.size; from += ruleStretch) {
      photos.evaluate(from, Math.min(photos.size, from + ruleStretch) - 1, rules)
      await setImmediate()
    }
  }

  const load = async (): Promise<Tables> => {
    const loaded = { files: new FileTable(), photos: new PhotoTable(), names }
    const max = store.columns.max()
    await readFiles(loaded, stretches(1, max.files))
    filesRead?.resolve(loaded)
    await readPhotos(loaded, stretches(1, max.photos))
    return loaded
  }
  const note = (change: Change) => {
    version++
    untold = untold === null ? change : joined(untold, change)
  }
  const takeIn = async (current: Tables, change: Change) => {
    if (change.isEverything) await applyRules(current)
    await readPhotos(current, rangesOf(change.photoIds))
    await readFiles(current, rangesOf(change.fileIds))
  }
  const look = () => {
    if (!store.changes.isForeign()) return
    foreign = { ...foreign, seen: foreign.seen + 1 }
    note({ fileIds: [], photoIds: [], isEverything: true })
  }

  const update = async (): Promise<Tables> => {
    look()
    // What another program changed is not known.
    if (foreign.read < foreign.seen) tables = null
    foreign = { ...foreign, read: foreign.seen }
    let current = tables
    if (current === null) {
      // What is noted up to here is read anyway.
      const change = store.changes.take()
      if (change !== null) note(change)
      filesRead = Promise.withResolvers()
      current = await load()
      filesRead = null
    }
    for (let change = store.changes.take(); change !== null; change = store.changes.take()) {
      // What is half taken in is read again from the start.
      tables = null
      await takeIn(current, change)
      note(change)
      tables = current
    }
    tables = current
    return current
  }

  const ready = async (): Promise<Tables> => {
    look()
    // What comes later is not waited for: another program may write all the time.
    const { seen } = foreign
    let current: Tables
    do {
      updating ??= update().finally(() => {
        updating = null
      })
      current = await updating
    } while (tables === null || foreign.read < seen || store.changes.hasAny())
    return current
  }

  const filesReady = async (): Promise<Tables> => {
    const all = ready()
    if (filesRead === null) return all
    const first = await Promise.race([filesRead.promise, all])
    return foreign.read < foreign.seen || store.changes.hasAny() ? all : first
  }

  return {
    ready,
    filesReady,
    async keepUp() {
      if (tables === null && updating === null) {
        const change = store.changes.take()
        if (change !== null) note(change)
      } else await ready()
      const told = untold
      untold = null
      return told
    },
    get version() {
      return version
    },
    labelOf: (labelId) => reader.labelOf(labelId),
    async close() {
      await updating?.catch(() => undefined)
    },
  }
}

interface Range {
  readonly from: number
  readonly to: number
}

function* stretches(from: number, to: number): Generator<Range> {
  for (let start = from; start <= to; start += stretch)
    yield { from: start, to: Math.min(to, start + stretch - 1) }
}

/** Few ranges that hold all of these numbers, which rise. */
function* rangesOf(ids: readonly number[]): Generator<Range> {
  for (let i = 0; i < ids.length;) {
    const from = ids[i] ?? 0
    let to = from
    for (i++; i < ids.length && (ids[i] ?? 0) - to <= nearby && (ids[i] ?? 0) - from < stretch; i++)
      to = ids[i] ?? 0
    yield { from, to }
  }
}

const joined = (a: Change, b: Change): Change => ({
  fileIds: [...new Set([...a.fileIds, ...b.fileIds])],
  photoIds: [...new Set([...a.photoIds, ...b.photoIds])],
  isEverything: a.isEverything || b.isEverything,
})
