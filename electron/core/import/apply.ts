// The end of every import: the labels are confirmed in one step of the history, or only counted.
import type { ImportProgress, ImportReport } from '../../contract/imports.ts'
import type { Store } from '../store/db.ts'
import type { Tally } from './tally.ts'

export interface ImportOptions {
  readonly signal: AbortSignal
  readonly onProgress: (stage: ImportProgress['stage'], done: number, total: number | null) => void
}

export async function applyImport(
  store: Store,
  tally: Tally,
  isApplied: boolean,
  { signal, onProgress }: ImportOptions,
): Promise<ImportReport> {
  signal.throwIfAborted()
  const { photos: changed } = isApplied
    ? await store.annotations.confirmAll(tally.photosByLabel, {
        signal,
        onProgress: (done, total) => {
          onProgress('saving', done, total)
        },
      })
    : { photos: 0 }
  return { ...tally.report(), isApplied, changed }
}
