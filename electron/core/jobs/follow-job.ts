// Follows one run of a job to its end: reads its folders, emits progress, and returns the changes to the job.
import type { Job, JobCounts } from '../../contract/jobs.ts'
import { createThrottle } from '../../common/throttle.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import { describeError, type Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import type { InferencePool } from '../inference/inference-pool.ts'
import { onBattery } from './power.ts'
import { runJob } from './job-run.ts'
import type { JobSource } from './job-source.ts'
import { createProgressMeter } from '../tasks/progress-meter.ts'

export interface FollowOptions {
  readonly store: Store
  readonly events: EventHub
  readonly client: InferencePool
  /** Aborted with the state that the job takes: `paused` or `cancelled`, or with `on-battery`. */
  readonly signal: AbortSignal
  readonly source: JobSource
  readonly variantId: VariantId
  readonly labels: readonly string[]
  readonly hasThresholds: boolean
  readonly job: Job
  /** The job failed before; its photos most likely failed for the same reason. */
  readonly retriesFailed: boolean
  readonly log: Log
}

/** Never throws: what goes wrong becomes the job's state and reason. */
export async function followJob(options: FollowOptions): Promise<Partial<Job>> {
  const { store, events, client, signal, source, job, log } = options
  const startMs = performance.now()
  const meter = createProgressMeter()
  let last: { counts: JobCounts; inferred: number } = { counts: job.counts, inferred: 0 }
  const throttle = createThrottle()
  const failedPaths = new Set<string>()
  const counting = source.finish()
  const stopped = () => ({
    state: signal.reason === 'cancelled' ? ('cancelled' as const) : ('paused' as const),
    reason: signal.reason === 'on-battery' ? onBattery : null,
    endedAtMs: null,
  })
  let end: Pick<Job, 'state' | 'reason' | 'endedAtMs'>
  try {
    const isComplete = await runJob({
      store,
      client,
      signal,
      labels: options.labels,
      jobId: job.id,
      variantId: options.variantId,
      topK: job.request.topK,
      hasThresholds: options.hasThresholds,
      force: job.request.force,
      retriesFailed: options.retriesFailed,
      files: source.files(),
      failedPaths,
      onProgress(counts, inferred, isScanDone) {
        last = { counts, inferred }
        const done = counts.labelled + counts.failed + counts.skipped
        const isEnd = isScanDone && done === counts.files
        if (!throttle.tryEmit(isEnd)) return
        const counted = source.total()
        const total = isScanDone ? counts.files : (counted?.files ?? null)
        // Not less than what is done already: names may promise less than is there.
        const photos = isScanDone
          ? counts.files - counts.skipped
          : counted && Math.max(counted.photos, counts.labelled + counts.failed)
        events.emit('job.progress', {
          jobId: job.id,
          counts,
          isScanDone,
          total,
          photos,
          ...meter.update(done, inferred, total),
        })
      },
    })
    const missing = isComplete ? await source.missingFolder() : null
    if (missing !== null)
      throw new AppError(
        'folder-missing',
        msg(
          "The folder '{{folder}}' went away while it was being labelled. What was done is saved; bring it back and start again.",
          { folder: missing },
        ),
      )
    end = isComplete ? { state: 'done', reason: null, endedAtMs: Date.now() } : stopped()
  } catch (error) {
    const isAbort = signal.aborted && error === signal.reason
    if (!isAbort && !(error instanceof AppError)) log('error', `Job ${job.id}: ${describeError(error)}`)
    end = isAbort ? stopped() : { state: 'failed', reason: toWireError(error).message, endedAtMs: Date.now() }
  }
  const elapsedMs = job.elapsedMs + performance.now() - startMs
  const device = client.device()
  client.close()
  await counting
  await store
    .whenFree(() => store.jobs.saveFailures(job.id, [...failedPaths]))
    .catch((error: unknown) => {
      log('error', `Job ${job.id}: ${describeError(error)}`)
    })
  return {
    ...end,
    device,
    counts: last.counts,
    inferred: job.inferred + last.inferred,
    elapsedMs,
  }
}
