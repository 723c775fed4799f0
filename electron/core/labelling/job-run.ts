// One run of a labelling job: scan -> identify -> infer -> store, every stage pulled by the next one.
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { JobCounts, JobId, PhotoId } from '../../contract/domain.ts'
import type { InferItem, InferResult } from '../../contract/inference.ts'
import type { RecordedFile } from '../library/ingest.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/models.ts'
import type { InferenceResult } from '../store/predictions.ts'
import type { InferencePool } from './inference-pool.ts'
import { createWaitingPhotos } from './waiting-photos.ts'

export interface JobRunOptions {
  readonly store: Store
  readonly jobId: JobId
  readonly variantId: VariantId
  /** Class names in the order of the logits. */
  readonly labels: readonly string[]
  /** Labels per photo. */
  readonly topK: number
  readonly force: boolean
  /** Tries again what failed in an earlier run of this job, too. */
  readonly retriesFailed: boolean
  readonly files: AsyncIterable<RecordedFile>
  readonly client: InferencePool
  readonly signal: AbortSignal
  readonly onProgress: (counts: JobCounts, inferred: number, isScanDone: boolean) => void
}

/**
 * Runs to the end or to the abort; what has been answered is stored. Gives whether every file is done: an abort may
 * come too late to stop anything.
 *
 * Memory is bounded by the worker's window: the folder is read no faster than photos are labelled.
 * Counts start from zero in each run, also in a resumed one, because the scan starts again; what this job has
 * done before counts as labelled or failed, what others have done counts as reused too.
 */
export async function runJob(options: JobRunOptions): Promise<boolean> {
  const { store, jobId, variantId, labels, signal } = options
  const counts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }
  const waiting = createWaitingPhotos()
  /** Photos that failed only because their file went away, each with the number of files that count as failed for it. */
  const lost = new Map<number, number>()
  // A run that asked for fewer labels has not done this one's work.
  const wantedRanks = Math.min(options.topK, labels.length)
  let inferred = 0
  const scan = { isDone: false }
  const progress = () => {
    options.onProgress({ ...counts }, inferred, scan.isDone)
  }

  /** Counts what needs no inference, and yields what does. */
  async function* toInfer(): AsyncGenerator<InferItem> {
    for await (const file of options.files) {
      counts.files++
      if (file.problem !== null) {
        counts[file.problem.kind]++
        progress()
        continue
      }
      const { photoId: id, path, sizeBytes, modifiedAtMs } = file
      const item = { id, path, sizeBytes, modifiedAtMs }
      const lostFiles = lost.get(id) ?? 0
      const done = store.predictions.stateOf(id, variantId)
      const isOurs = done?.jobId === jobId
      if (waiting.join(item)) {
        // It is counted when its photo is.
      } else if (done?.status === 'labelled' && (isOurs || !options.force) && done.ranks >= wantedRanks) {
        counts.labelled++
        if (!isOurs) counts.reused++
      } else if (done?.status === 'failed' && isOurs && !options.retriesFailed && lostFiles === 0)
        counts[done.isConfirmed === 1 ? 'labelled' : 'failed']++
      else {
        // A photo that failed only because it was moved meanwhile is here.
        counts.failed -= lostFiles
        lost.delete(id)
        waiting.add(item, lostFiles)
        yield item
        continue
      }
      progress()
      // A library that is all done would otherwise be read in one go, deaf to Ctrl-C.
      if (counts.files % 256 === 0) await setImmediate()
    }
    scan.isDone = true
  }

  const take = async (results: readonly InferResult[]): Promise<void> => {
    const goneAway = await waiting.findLost(results)
    // From here on in one go: the scan asks meanwhile what is known of its next photos.
    const settled = waiting.settle(results, goneAway)
    const states = store.predictions.saveBatch(
      variantId,
      jobId,
      settled.map(({ result }) => toStored(result, labels)),
    )
    for (const [index, { result, files, isLost }] of settled.entries()) {
      inferred++
      if (states[index] === 'labelled') {
        counts.labelled += files
        counts.reused += files - 1
      } else {
        counts.failed += files
        if (isLost) lost.set(result.id, files)
      }
    }
    progress()
  }

  for await (const results of options.client.infer(toInfer(), signal)) await take(results)
  for (let again = waiting.takeAgain(); again.length > 0 && !signal.aborted; again = waiting.takeAgain())
    for await (const results of options.client.infer(Readable.from(again), signal)) await take(results)
  progress()
  return scan.isDone && waiting.isEmpty
}

function toStored(result: InferResult, labels: readonly string[]): InferenceResult {
  const photoId = result.id as PhotoId
  if (!result.ok) return { photoId, status: 'failed', reason: result.reason }
  return {
    photoId,
    status: 'labelled',
    widthPx: result.widthPx,
    heightPx: result.heightPx,
    takenAtMs: result.takenAtMs,
    top: result.top.map(({ classIndex, score }) => ({
      label: labels[classIndex] ?? `class_${classIndex}`,
      score,
    })),
    embedding: result.embedding,
  }
}
