// The end of every import: the labels are confirmed in one step of the history, or only counted.
import { AppError } from '../../contract/errors.ts'
import type { ImportProgress, ImportReport } from '../../contract/imports.ts'
import type { Message } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import type { Tally } from './tally.ts'

/** An import of more labels is preceded by a backup. */
const labelsBeforeBackup = 1000

export interface ImportOptions {
  readonly signal: AbortSignal
  /** Makes a backup; never fails. */
  readonly backUp: () => Promise<void>
  readonly onProgress: (stage: ImportProgress['stage'], done: number, total: number | null) => void
}

/** What of a request leads to a report. */
interface Outcome {
  readonly tally: Tally
  /** What the user has to say first; null: nothing. */
  readonly question: Message | null
  readonly isApplied: boolean
}

/** @throws AppError with the question where there is one and labels should be saved. */
export async function applyImport(
  store: Store,
  { tally, question, isApplied }: Outcome,
  { signal, backUp, onProgress }: ImportOptions,
): Promise<ImportReport> {
  signal.throwIfAborted()
  if (isApplied && question !== null) throw new AppError('bad-request', question)
  const labels = [...tally.photosByLabel.values()].reduce((sum, { size }) => sum + size, 0)
  if (isApplied && labels > labelsBeforeBackup) await backUp()
  const { photos: changed } = isApplied
    ? await store.annotations.confirmAll(tally.photosByLabel, {
        signal,
        onProgress: (done, total) => {
          onProgress('saving', done, total)
        },
      })
    : { photos: 0 }
  return { ...tally.report(), isApplied, changed, question }
}
