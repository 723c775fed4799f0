// Labelling jobs as the person sees them: start, pause, resume, cancel; one at a time.
import type { CoreContract } from '../../contract/core.ts'
import type { Job, JobId, JobRequest } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { PhotoLimits, InferencePort } from '../../contract/inference.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import { outermostFolders } from '../folders.ts'
import { lockFile } from '../lock-file.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import { followJob } from './follow-job.ts'
import { createJobSource } from './job-source.ts'
import { InferencePool, planWorkers } from './inference-pool.ts'
import type { JobModel, Models, SettledRequest } from './models.ts'

export interface JobsOptions {
  readonly store: Store
  readonly events: EventHub
  readonly models: Models
  /** CPU cores to use. */
  readonly threads: number
  readonly cacheDir: string
  readonly spawn: () => InferencePort
  readonly limits: PhotoLimits
  readonly stallTimeoutMs: number
  readonly log: Log
}

interface Running {
  readonly id: JobId
  /** Aborting with a state makes it the job's state. */
  readonly controller: AbortController
  readonly ended: Promise<void>
}

interface Starting {
  readonly folders: readonly string[]
  readonly controller: AbortController
  readonly ended: Promise<unknown>
}

export interface Jobs {
  readonly handlers: Handlers<CoreContract>['jobs']
  /** Folders that the job reads that runs or starts. */
  reading(): readonly string[]
  /** Pauses the running job and waits until what it has is stored. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const { store, events, log } = options
  let running: Running | null = null
  let starting: Starting | null = null

  const find = (id: JobId): Job => {
    const job = store.jobs.get(id)
    if (job === null) throw new AppError('not-found', `There is no job ${id} in this library.`)
    return seen(job)
  }
  // The process that ran it was killed, or the library could not be written: it can be resumed like a paused one.
  const seen = (job: Job): Job =>
    job.state === 'running' && running?.id !== job.id ? { ...job, state: 'paused' } : job
  const save = (id: JobId, changes: Partial<Job>): Job => {
    const job = store.jobs.update(id, changes)
    events.emit('job.changed', job)
    return job
  }

  /** One program at a time runs a job: two would do the same photos twice, and each tell other numbers. */
  const lock = async (id: JobId): Promise<() => Promise<void>> => {
    const unlock = await lockFile(`${store.file}.job-${id}.lock`)
    if (unlock !== null) return unlock
    throw new AppError(
      'bad-request',
      `Job ${id} is running in another Labelroom. Pause it there, or wait for its end.`,
    )
  }

  async function start(request: JobRequest): Promise<Job> {
    if (running !== null || starting !== null)
      throw new AppError('bad-request', 'A job is already running; pause or cancel it first.')
    const controller = new AbortController()
    const folders = outermostFolders(request.folders)
    const ended = startAlone({ ...request, folders }, controller)
    starting = { folders, controller, ended }
    try {
      return await ended
    } finally {
      starting = null
    }
  }

  async function startAlone(asked: JobRequest, controller: AbortController): Promise<Job> {
    const { signal } = controller
    const source = createJobSource(store, asked, signal)
    // Wrong folders are refused before a model is loaded.
    await source.begin()
    const request = await options.models.settle(asked)
    const model = await options.models.forJob(request)
    const client = createPool(request, model)
    let unlock: (() => Promise<void>) | null = null
    const giveUp = () => {
      client.close()
    }
    signal.addEventListener('abort', giveUp)
    try {
      const device = await client.start()
      signal.throwIfAborted()
      signal.removeEventListener('abort', giveUp)
      const { variantId, labels } = model
      const unfinished = store.jobs.findUnfinished(request, variantId)
      const id = unfinished?.id ?? store.jobs.create(request, variantId)
      const retriesFailed = unfinished?.state === 'failed'
      const release = (unlock = await lock(id))
      signal.throwIfAborted()
      const started = save(id, { state: 'running', reason: null, device, endedAtMs: null })
      const run = {
        store,
        events,
        log,
        client,
        signal,
        source,
        variantId,
        labels,
        job: started,
        retriesFailed,
      }
      const ended = followJob(run)
        .then(async (end) => {
          await release().catch(() => undefined)
          // Before it is told, so that whoever hears of the end can start the next job.
          running = null
          save(id, end)
        })
        .catch((error: unknown) => {
          // The library itself fails: the row stays `running`, and is resumed like the job of a killed process.
          events.emit('job.changed', { ...started, state: 'failed', reason: toWireError(error).message })
        })
      running = { id, controller, ended }
      return started
    } catch (error) {
      controller.abort()
      client.close()
      await unlock?.().catch(() => undefined)
      throw error
    }
  }

  function createPool(request: SettledRequest, model: JobModel): InferencePool {
    return new InferencePool({
      spawn: options.spawn,
      topK: request.topK,
      stallTimeoutMs: options.stallTimeoutMs,
      onNotice: (message) => {
        events.emit('notice', { message })
      },
      load: {
        type: 'load',
        modelPath: model.path,
        precision: request.precision,
        inputSizePx: request.inputSizePx,
        device: request.device,
        cacheDir: options.cacheDir,
        ...planWorkers(options.threads, model.weightBytes),
        limits: options.limits,
      },
    })
  }

  async function stop(id: JobId, state: 'paused' | 'cancelled'): Promise<Job> {
    // It may be this very job that is being resumed: once it runs, it can be stopped.
    await starting?.ended.catch(() => undefined)
    if (running?.id === id) {
      const { ended, controller } = running
      controller.abort(state)
      await ended
    }
    const job = find(id)
    // A job whose process was killed still says `running`, and a paused one may be cancelled.
    const isOpen = job.state === 'running' || (job.state === 'paused' && state === 'cancelled')
    if (!isOpen) return job
    const unlock = await lock(id)
    try {
      return save(id, { state })
    } finally {
      await unlock()
    }
  }

  return {
    handlers: {
      start,
      pause: ({ id }) => stop(id, 'paused'),
      resume: ({ id }) => {
        const { state, request } = find(id)
        if (state === 'done' || state === 'cancelled')
          throw new AppError('bad-request', `Job ${id} is ${state}; start a new one.`)
        return start(request)
      },
      cancel: ({ id }) => stop(id, 'cancelled'),
      get: ({ id }) => find(id),
      list: () => store.jobs.list().map(seen),
    },
    reading: () => starting?.folders ?? (running === null ? [] : find(running.id).request.folders),
    async close() {
      starting?.controller.abort()
      await starting?.ended.catch(() => undefined)
      if (running !== null) await stop(running.id, 'paused')
    },
  }
}
