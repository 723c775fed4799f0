// Labelling jobs as the person sees them: start, pause, resume, cancel; one at a time.
import type { CoreContract } from '../../contract/core.ts'
import type { Job, JobCounts, JobId, JobRequest, JobState } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { DecodeLimits, InferencePort } from '../../contract/inference.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import { outermostFolders } from '../folders.ts'
import { ingestFolders } from '../library/ingest.ts'
import { countFiles } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import { InferenceClient } from './inference-client.ts'
import { runJob } from './job-run.ts'
import type { Models } from './models.ts'
import { createProgressMeter } from './progress-meter.ts'

export interface JobsOptions {
  readonly store: Store
  readonly events: EventHub
  readonly models: Models
  readonly threads: number
  readonly cacheDir: string
  readonly spawn: () => InferencePort
  readonly limits: DecodeLimits
  readonly stallTimeoutMs: number
}

/** Progress is told at most this often. */
const progressIntervalMs = 100

interface Running {
  readonly id: JobId
  readonly controller: AbortController
  /** What an abort makes of the job. */
  stateAfterAbort: JobState
  readonly ended: Promise<void>
}

export interface Jobs {
  readonly handlers: Handlers<CoreContract>['jobs']
  /** Pauses the running job and waits until what it has is stored. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const { store, events } = options
  let running: Running | null = null
  let isStarting = false

  const find = (id: JobId): Job => {
    const job = store.jobs.get(id)
    if (job === null) throw new AppError('not-found', `There is no job ${id} in this library.`)
    return job
  }
  const update = (id: JobId, changes: Partial<Job>): Job => {
    store.jobs.update(id, changes)
    const job = find(id)
    events.emit('job.changed', job)
    return job
  }

  async function start(request: JobRequest): Promise<Job> {
    if (running !== null || isStarting)
      throw new AppError('bad-request', 'A job is already running; pause or cancel it first.')
    isStarting = true
    try {
      return await startOnly({ ...request, folders: outermostFolders(request.folders) })
    } finally {
      isStarting = false
    }
  }

  async function startOnly(request: JobRequest): Promise<Job> {
    // The first pull of the count opens each folder, so that a wrong one is refused before a model is loaded.
    const count = createCounter(request.folders)
    await count.begin()
    const model = await options.models.forJob(request)
    const client = new InferenceClient({
      spawn: options.spawn,
      topK: request.topK,
      stallTimeoutMs: options.stallTimeoutMs,
      onNotice: (message) => { events.emit('notice', { message }) },
      load: {
        type: 'load',
        modelPath: model.path,
        precision: request.precision,
        inputSizePx: request.inputSizePx,
        device: request.device,
        cacheDir: options.cacheDir,
        threads: options.threads,
        limits: options.limits,
      },
    })
    try {
      const { device } = await client.start()
      const unfinished = store.jobs.findUnfinished(request, model.id)
      const id = unfinished?.id ?? store.jobs.create({ request, modelId: model.id })
      const job = update(id, { state: 'running', reason: null, device, endedAtMs: null })
      const controller = new AbortController()
      const ended = follow(job, client, model.labels, controller.signal, count)
      running = { id, controller, stateAfterAbort: 'paused', ended }
      return job
    } catch (error) {
      client.close()
      throw error
    }
  }

  /** Runs the job to its end and keeps its row up to date; never throws. */
  async function follow(
    job: Job,
    client: InferenceClient,
    labels: readonly string[],
    signal: AbortSignal,
    counter: Counter,
  ): Promise<void> {
    const startMs = performance.now()
    const meter = createProgressMeter()
    let last: { counts: JobCounts; inferred: number } = { counts: job.counts, inferred: 0 }
    let toldAtMs = 0
    const totals = () => ({
      counts: last.counts,
      inferred: job.inferred + last.inferred,
      elapsedMs: job.elapsedMs + performance.now() - startMs,
    })
    const counting = counter.finish(signal)
    let changes: Partial<Job>
    try {
      await runJob({
        store,
        client,
        labels,
        signal,
        jobId: job.id,
        modelId: job.modelId,
        force: job.request.force,
        files: ingestFolders(store, job.request.folders, signal),
        onProgress: (counts, inferred, isScanDone) => {
          last = { counts, inferred }
          const nowMs = performance.now()
          if (nowMs - toldAtMs < progressIntervalMs && !isScanDone) return
          toldAtMs = nowMs
          const done = counts.labelled + counts.failed + counts.skipped
          const total = isScanDone ? counts.files : counter.total()
          const rate = meter.update(done, inferred, total)
          events.emit('job.progress', { jobId: job.id, counts, isScanDone, total, ...rate })
        },
      })
      changes = signal.aborted
        ? { state: running?.stateAfterAbort ?? 'paused' }
        : { state: 'done', endedAtMs: Date.now() }
    } catch (error) {
      changes = { state: 'failed', reason: toWireError(error).message, endedAtMs: Date.now() }
    }
    await counting
    client.close()
    running = null
    try {
      update(job.id, { ...totals(), ...changes })
    } catch (error) {
      // The library itself fails (a full disk): the row stays `running`, which is resumed like a killed job.
      events.emit('job.changed', { ...job, ...totals(), state: 'failed', reason: toWireError(error).message })
    }
  }

  async function stop(id: JobId, state: 'paused' | 'cancelled'): Promise<Job> {
    if (running?.id !== id) return find(id).state === 'running' ? update(id, { state }) : find(id)
    running.stateAfterAbort = state
    const { ended, controller } = running
    controller.abort()
    await ended
    return find(id)
  }

  return {
    handlers: {
      start,
      pause: ({ id }) => stop(id, 'paused'),
      resume: ({ id }) => start(find(id).request),
      cancel: ({ id }) => stop(id, 'cancelled'),
      get: ({ id }) => find(id),
      list: () => store.jobs.list(),
    },
    async close() {
      if (running !== null) await stop(running.id, 'paused')
    },
  }
}
