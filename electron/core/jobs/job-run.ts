// One run of a labelling job: scan -> identify -> infer -> store, every stage pulled by the next one.
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { pickStamp } from '../../common/file-stamp.ts'
import type { JobCounts } from '../../contract/jobs.ts'
import type { JobId, PhotoId } from '../../contract/domain.ts'
import type { InferItem, InferResult } from '../../contract/inference.ts'
import { learnKeys } from '../identity/learn.ts'
import type { RecordedFile } from '../library/ingest.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import type { InferenceResult } from '../store/tables/predictions.ts'
import type { InferencePool } from '../inference/inference-pool.ts'
import { createInFlightPhotos } from './in-flight-photos.ts'

export interface JobRunOptions {
  readonly store: Store
  readonly jobId: JobId
  readonly variantId: VariantId
  /** Class names in the order of the logits. */
  readonly labels: readonly string[]
  /** Labels per photo, where thresholds do not decide. */
  readonly topK: number
  readonly hasThresholds: boolean
  readonly force: boolean
  /** Retries what failed in an earlier run of this job, too. */
  readonly retriesFailed: boolean
  readonly files: AsyncIterable<RecordedFile>
  readonly client: InferencePool
  readonly signal: AbortSignal
  /** Takes the paths of the files that fail. */
  readonly failedPaths: Set<string>
  readonly onProgress: (counts: JobCounts, inferred: number, isScanDone: boolean) => void
}

/**
 * Runs to the end or to the abort; whatever was answered is stored. Returns whether every file is done, since an abort
 * may come too late to stop anything.
 *
 * Memory is bounded by the worker's window: the folder is read no faster than photos are labelled.
 * Counts start from zero in each run, also in a resumed one, because the scan starts over; what this job did
 * before counts as labelled or failed, what others did counts as reused too.
 */
export async function runJob(options: JobRunOptions): Promise<boolean> {
  const { store, jobId, variantId, labels, signal, failedPaths } = options
  const counts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }
  const inFlight = createInFlightPhotos(({ id, path }) => movedFile(store, id, path))
  /** Photos that were counted: of those, further files need no inference. */
  const counted = new Set<number>()
  /** Photos that failed only because their file was missing, with their files, which count as failed. */
  const missing = new Map<number, readonly string[]>()
  // A run that asked for fewer labels has not done this one's work.
  const wantedRanks = options.hasThresholds ? 0 : Math.min(options.topK, labels.length)
  let inferred = 0
  const scan = { isDone: false }
  const progress = () => {
    options.onProgress({ ...counts }, inferred, scan.isDone)
  }

  const isKnown = (id: PhotoId) =>
    counted.has(id) || inFlight.has(id) || store.predictions.stateOf(id, variantId)?.jobId === jobId
  /** Counts what needs no inference, and yields what does. */
  async function* toInfer(): AsyncGenerator<InferItem> {
    for await (const file of options.files) {
      if (file.problem === null && file.isMoved === true && isKnown(file.photoId)) continue
      counts.files++
      if (file.problem !== null) {
        counts[file.problem.kind]++
        if (file.problem.kind === 'failed') failedPaths.add(file.path)
        progress()
        continue
      }
      const { photoId: id, path } = file
      const item = { id, path, ...pickStamp(file) }
      const missingPaths = missing.get(id) ?? []
      const done = store.predictions.stateOf(id, variantId)
      const isOurs = done?.jobId === jobId
      if (inFlight.attach(item)) {
        // It is counted when its photo is.
      } else if (done?.status === 'labelled' && (isOurs || !options.force) && done.ranks >= wantedRanks) {
        counts.labelled++
        if (!isOurs || counted.has(id)) counts.reused++
        counted.add(id)
      } else if (done?.status === 'failed' && isOurs && !options.retriesFailed && missingPaths.length === 0) {
        counts[done.isConfirmed === 1 ? 'labelled' : 'failed']++
        if (done.isConfirmed !== 1) failedPaths.add(path)
      } else {
        // A photo that failed only because it was moved meanwhile is found here.
        counts.failed -= missingPaths.length
        for (const missingPath of missingPaths) failedPaths.delete(missingPath)
        missing.delete(id)
        inFlight.add(item, missingPaths)
        // The worker reads the file next.
        await learnKeys(store, id, item)
        yield item
        continue
      }
      progress()
      // Otherwise a library in which everything is done would be read without a pause, unresponsive to SIGINT.
      if (counts.files % 256 === 0) await setImmediate()
    }
    scan.isDone = true
  }

  const take = async (results: readonly InferResult[]): Promise<void> => {
    const newlyMissing = await inFlight.findMissing(results)
    // Before anything is resolved, so that in between the scan finds these photos in flight.
    await store.whenFree(() => store.transaction(() => undefined), signal)
    // Hardly ever waits from here on, because the scan asks between what is known of its next photos.
    const resolved = inFlight.resolve(results, newlyMissing)
    const stored = resolved.map(({ result }) => toStored(result, labels))
    const states = await store.whenFree(() => store.predictions.saveBatch(variantId, jobId, stored), signal)
    for (const [index, { result, paths, isMissing }] of resolved.entries()) {
      inferred++
      if (states[index] === 'labelled') {
        counted.add(result.id)
        counts.labelled += paths.length
        counts.reused += paths.length - 1
      } else {
        counts.failed += paths.length
        for (const path of paths) failedPaths.add(path)
        if (isMissing) missing.set(result.id, paths)
      }
    }
    progress()
  }

  for await (const results of options.client.infer(toInfer(), signal)) await take(results)
  for (
    let items = inFlight.takeRetries();
    items.length > 0 && !signal.aborted;
    items = inFlight.takeRetries()
  )
    for await (const results of options.client.infer(Readable.from(items), signal)) await take(results)
  progress()
  return scan.isDone && inFlight.isEmpty
}

/** The same photo at the path to which it was moved; null where it was not. */
function movedFile(store: Store, id: number, path: string): InferItem | null {
  const now = store.moves.target(path)
  // For some milliseconds it is there, and the library knows the old path.
  const file = now === null ? null : (store.files.find(now) ?? store.files.find(path))
  return now !== null && file?.photoId === id ? { id, path: now, ...pickStamp(file) } : null
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
