// Runs jobs, one at a time: starts one, and stops it with the state that the user wants it to have.
import type { JobId } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { Job, JobRequest } from '../../contract/jobs.ts'
import { msg } from '../../texts/message.ts'
import { outermostFolders } from '../files/folders.ts'
import { lockFile } from '../files/lock-file.ts'
import { followJob } from './follow-job.ts'
import type { JobRows } from './job-rows.ts'
import type { JobsOptions } from './jobs-options.ts'
import { prepareJob } from './prepare-job.ts'

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

/** Why a start is aborted at the user's wish. */
export const cancelStart = 'cancel-start'

/** The job of this process. */
export interface CurrentJob {
  running: Running | null
  starting: Starting | null
}

/** `current` is where the runner notes the job that starts or runs; `close` and the rows ask there. */
export function createJobRunner(options: JobsOptions, rows: JobRows, current: CurrentJob) {
  async function start(request: JobRequest): Promise<Job> {
    if (current.running !== null || current.starting !== null)
      throw new AppError('bad-request', msg('A job is already running; pause or cancel it first.'))
    const controller = new AbortController()
    const folders = outermostFolders(request.folders)
    const ended = launch(options, rows, current, { ...request, folders }, controller)
    current.starting = { folders, controller, ended }
    try {
      return await ended
    } catch (error) {
      // Whatever broke while the workers were ended is no news.
      if (controller.signal.reason !== cancelStart) throw error
      throw new AppError('cancelled', msg('The start was cancelled; nothing was labelled.'), { cause: error })
    } finally {
      current.starting = null
    }
  }

  async function stop(id: JobId, how: 'paused' | 'cancelled' | 'on-battery'): Promise<Job> {
    // This job may just be starting; once it runs, it can be stopped.
    await current.starting?.ended.catch(() => undefined)
    const { running } = current
    if (running?.id === id) {
      const { ended, controller } = running
      controller.abort(how)
      await ended
    }
    const job = rows.find(id)
    // The row of a job whose process was killed still says `running`, and a paused job may be cancelled.
    const isOpen = job.state === 'running' || (job.state === 'paused' && how === 'cancelled')
    if (!isOpen) return job
    const state = how === 'on-battery' ? 'paused' : how
    const unlock = await lockJob(options.store.file, id)
    try {
      return await rows.saveAndEmit(id, { state, reason: null })
    } finally {
      await unlock()
    }
  }

  return { start, stop }
}

/** Returns the job as it was started; `current.running` is set until it has ended and is stored. */
async function launch(
  options: JobsOptions,
  rows: JobRows,
  current: CurrentJob,
  requested: JobRequest,
  controller: AbortController,
): Promise<Job> {
  const { store, events, log } = options
  const { signal } = controller
  const { source, request, model, client, device } = await prepareJob(options, requested, signal)
  let unlock: (() => Promise<void>) | null = null
  try {
    const { variantId, labels, hasThresholds } = model
    const unfinished = store.jobs.findUnfinished(request, variantId)
    const id = unfinished?.id ?? (await store.whenFree(() => store.jobs.create(request, variantId), signal))
    const retriesFailed = unfinished?.state === 'failed'
    const release = (unlock = await lockJob(store.file, id))
    signal.throwIfAborted()
    const started = await rows.saveAndEmit(id, { state: 'running', reason: null, device, endedAtMs: null })
    const run = {
      store,
      events,
      log,
      client,
      signal,
      source,
      variantId,
      labels,
      hasThresholds,
      job: started,
      retriesFailed,
    }
    const ended = followJob(run)
      .then(async (end) => {
        const job = await rows.save(id, end)
        await release().catch(() => undefined)
        // Before the event, so that its listeners can start the next job.
        current.running = null
        events.emit('job.changed', job)
      })
      .catch(async (error: unknown) => {
        await release().catch(() => undefined)
        current.running = null
        // The library itself failed: the row stays `running`, and can be resumed like the job of a killed process.
        events.emit('job.changed', { ...started, state: 'failed', reason: toWireError(error).message })
      })
    current.running = { id, controller, ended }
    return started
  } catch (error) {
    controller.abort()
    client.close()
    await unlock?.().catch(() => undefined)
    throw error
  }
}

/** One program at a time runs a job: two would label the same photos twice and report different counts. */
async function lockJob(libraryFile: string, id: JobId): Promise<() => Promise<void>> {
  const unlock = await lockFile(`${libraryFile}.job-${id}.lock`)
  if (unlock !== null) return unlock
  throw new AppError(
    'bad-request',
    msg('Job {{id}} is running in another Labelroom. Pause it there, or wait for its end.', { id }),
  )
}
