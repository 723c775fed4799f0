// Labelling jobs as the user sees them: start, pause, resume, cancel; one at a time.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { Job, JobRequest } from '../../contract/jobs.ts'
import { createBatteryGuard, type BatteryGuard } from './battery-guard.ts'
import { createNewPhotos } from './new-photos.ts'
import { createJobRows } from './job-rows.ts'
import { cancelStart, createJobRunner, type CurrentJob } from './job-runner.ts'
import type { JobsOptions } from './jobs-options.ts'
import { isOnBattery } from './power.ts'

export type { Power } from './power.ts'

export interface Jobs {
  readonly handlers: Handlers<CoreContract>['jobs']
  /** Returns the folders that the running or starting job reads. */
  reading(): readonly string[]
  /** Labels these photos with the default model, after the job that runs now; what cannot be started is logged. */
  labelNew(photoIds: readonly PhotoId[]): void
  /** Pauses the running job and waits until its results are stored. */
  close(): Promise<void>
}

export function createJobs(options: JobsOptions): Jobs {
  const current: CurrentJob = { running: null, starting: null }
  const rows = createJobRows(options, () => current.running?.id ?? null)
  const { start, stop } = createJobRunner(options, rows, current)
  const battery: BatteryGuard = createBatteryGuard({
    ...{
      power: options.power,
      isWanted: options.isPausedOnBattery,
      events: options.events,
      log: options.log,
    },
    async runningId() {
      await current.starting?.ended.catch(() => undefined)
      return current.running?.id ?? null
    },
    newest: () => rows.list()[0] ?? null,
    pause: (id) => stop(id, 'on-battery'),
    start,
    onReleased: () => {
      newPhotos.retry()
    },
  })
  const newPhotos = createNewPhotos(options, start, battery.isHeld)
  /** What is started while it should wait is paused at once: then it is there to go on with. */
  const startOrHold = async (request: JobRequest): Promise<Job> => {
    const job = await start(request)
    void battery.check()
    return job
  }
  return {
    labelNew: newPhotos.labelNew,
    handlers: {
      start: startOrHold,
      cancelStart: async () => {
        const { starting } = current
        starting?.controller.abort(cancelStart)
        await starting?.ended.catch(() => undefined)
        return {}
      },
      pause: ({ id }) => stop(id, 'paused'),
      resume: ({ id }) => {
        const { state, reason, request } = rows.find(id)
        if (state === 'done' || state === 'cancelled')
          throw new AppError('bad-request', msg('Job {{id}} is {{state}}; start a new one.', { id, state }))
        // Whoever goes on with it sees that it waits.
        if (isOnBattery(reason)) battery.release()
        return startOrHold(request)
      },
      cancel: ({ id }) => stop(id, 'cancelled'),
      get: ({ id }) => rows.find(id),
      list: () => rows.list(),
    },
    reading() {
      const { starting, running } = current
      return starting?.folders ?? (running === null ? [] : rows.find(running.id).request.folders)
    },
    async close() {
      newPhotos.close()
      battery.close()
      current.starting?.controller.abort()
      await current.starting?.ended.catch(() => undefined)
      if (current.running !== null) await stop(current.running.id, 'paused')
    },
  }
}
