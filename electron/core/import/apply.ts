// The end of every import: the labels are confirmed in one step of the history, or only counted.
import type { ImportProgress, ImportReport } from '../../contract/imports.ts'
import type { Store } from '../store/db.ts'
import type { Tally } from './tally.ts'

export interface ImportOptions {
  readonly signal: AbortSignal
  readonly onProgress: (stage: ImportProgress['stage'], done: number, total: number | null) => void
}

export function applyImport(
  store: Store,
  tally: Tally,
  isApplied: boolean,
  { signal }: ImportOptions,
): ImportReport {
  signal.throwIfAborted()
  const { photos: changed } = isApplied ? store.annotations.confirmAll(tally.photosByLabel) : { photos: 0 }
  return { ...tally.report(), isApplied, changed }
}
