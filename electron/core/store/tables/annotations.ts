// The user's labels of photos; no job writes here. Each change is a step of the history, on disk before it returns.
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { createChanged } from './annotations-changed.ts'
import { createConfirm } from './annotations-confirm.ts'
import { createImport } from './annotations-import.ts'
import { createAnnotationReader } from './annotations-read.ts'
import { createReview } from './annotations-review.ts'
import { createAnnotationWriter } from './annotations-write.ts'
import type { LabelSpellings } from './labels.ts'
import type { RulesStore } from './rules.ts'

export type Annotations = ReturnType<typeof createAnnotations>

export function createAnnotations(db: Db, history: History, rules: RulesStore, spellings: LabelSpellings) {
  const writer = createAnnotationWriter(db, rules, spellings)
  return {
    ...createAnnotationReader(db, spellings),
    ...createConfirm(db, history, writer, spellings),
    ...createReview(history, writer),
    ...createChanged(db, history),
    ...createImport(history, writer),
  }
}
