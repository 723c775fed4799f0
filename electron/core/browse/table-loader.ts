// Reads the store into tables in memory, chunk by chunk, so that other calls are answered in between.
import { setImmediate } from 'node:timers/promises'
import type { LabelNames } from '../domain/label-names.ts'
import { createRuleSet } from '../domain/rule-set.ts'
import type { Change } from '../store/changes.ts'
import type { Store } from '../store/db.ts'
import { FileTable } from './file-table.ts'
import { createPhotoReader } from './photo-reader.ts'
import { PhotoTable } from './photo-table.ts'
import type { Tables } from './select.ts'

export interface TableLoader {
  /** Reads everything; calls `onFiles` when the files are there by name, and neither what they say nor the photos are read. */
  load(onFiles: (tables: Tables) => void): Promise<Tables>
  /** Rereads the rows of a change, and applies the rules to all photos where the change is everything. */
  apply(tables: Tables, change: Change): Promise<void>
  /** Returns the number in memory of a label of the store. */
  labelOf(labelId: number): number
}

/** Files or photos read at once; some ten milliseconds. */
const chunkSize = 2000
/** Photos whose rules are applied at once. */
const ruleChunkSize = 20_000
/** Numbers this close are read together: one query for many rows costs less than two for few. */
const nearby = 50

export function createTableLoader(store: Store, names: LabelNames): TableLoader {
  const reader = createPhotoReader(store, names)

  const readFiles = async ({ files }: Tables, ranges: Iterable<Range>) => {
    for (const { from, to } of ranges) {
      files.put(from, to, store.columns.files(from, to))
      await setImmediate()
    }
  }
  const readDetails = async ({ files }: Tables, ranges: Iterable<Range>) => {
    for (const { from, to } of ranges) {
      files.putDetails(from, to, store.columns.fileDetails(from, to), (name) => names.idOf(name))
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
    photos.decisionRules = store.models.decisionRules()
    const rules = createRuleSet(store.rules.get(), names)
    for (let from = 1; from < photos.size; from += ruleChunkSize) {
      photos.evaluate(from, Math.min(photos.size, from + ruleChunkSize) - 1, rules)
      await setImmediate()
    }
  }

  return {
    async load(onFiles) {
      const loaded = { files: new FileTable(), photos: new PhotoTable(), names }
      const max = store.columns.max()
      await readFiles(loaded, chunkRanges(1, max.files))
      onFiles(loaded)
      await readDetails(loaded, chunkRanges(1, max.files))
      await readPhotos(loaded, chunkRanges(1, max.photos))
      return loaded
    },
    async apply(tables, change) {
      if (change.isEverything) await applyRules(tables)
      const photos = change.isEveryPhoto
        ? chunkRanges(1, store.columns.max().photos)
        : rangesOf(change.photoIds)
      await readPhotos(tables, photos)
      await readFiles(tables, rangesOf(change.fileIds))
      await readDetails(tables, rangesOf(change.fileIds))
    },
    labelOf: (labelId) => reader.labelOf(labelId),
  }
}

interface Range {
  readonly from: number
  readonly to: number
}

function* chunkRanges(from: number, to: number): Generator<Range> {
  for (let start = from; start <= to; start += chunkSize)
    yield { from: start, to: Math.min(to, start + chunkSize - 1) }
}

/** Few ranges that hold all of these numbers, which rise. */
function* rangesOf(ids: readonly number[]): Generator<Range> {
  for (let i = 0; i < ids.length;) {
    const from = ids[i] ?? 0
    let to = from
    for (i++; i < ids.length && (ids[i] ?? 0) - to <= nearby && (ids[i] ?? 0) - from < chunkSize; i++)
      to = ids[i] ?? 0
    yield { from, to }
  }
}
