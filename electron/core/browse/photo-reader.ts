// Reads photos from the store into a table in memory and applies the rules to them.
import type { Store } from '../store/db.ts'
import type { LabelNames } from '../domain/label-names.ts'
import type { PhotoTable } from './photo-table.ts'
import type { RuleSet } from '../domain/rule-set.ts'

export interface PhotoReader {
  /** Reads the photos `from` to `to`, both inclusive, and applies the rules. */
  read(photos: PhotoTable, rules: RuleSet, from: number, to: number): void
  /** Returns the number in memory of a label of the store. */
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
      photos.decisionRules = store.models.decisionRules()
      photos.evaluate(from, to, rules)
    },
  }
}
