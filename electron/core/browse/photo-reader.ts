// Reads photos from the store into a table in memory, and works out what of them shows.
import type { Store } from '../store/db.ts'
import type { LabelNames } from './label-names.ts'
import type { PhotoTable } from './photo-table.ts'
import type { RuleSet } from './rule-set.ts'

export interface PhotoReader {
  /** Takes over all that is known of the photos `from` up to and with `to`. */
  read(photos: PhotoTable, rules: RuleSet, from: number, to: number): void
  /** Our numbers for labels of the store. */
  labelOf(labelId: number): number
}

export function createPhotoReader(store: Store, names: LabelNames): PhotoReader {
  const labelIds: number[] = []
  let lastLabelId = 0
  const labelOf = (labelId: number): number => labelIds[labelId] ?? 0
  return {
    labelOf,
    read(photos, rules, from, to) {
      const columns = store.columns.photos(from, to)
      for (const { id, name } of store.columns.labels(lastLabelId)) {
        labelIds[id] = names.idOf(name)
        lastLabelId = id
      }
      photos.put(from, to, columns, labelOf)
      photos.evaluate(from, to, rules)
    },
  }
}
