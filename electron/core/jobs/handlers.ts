// Labelling jobs as the user sees them: start, pause, resume, cancel; one at a time.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { createNewPhotos } from './new-photos.ts'
import { createJobRows } from './job-rows.ts'
import { cancelStart, createJobRunner, type CurrentJob } from './job-runner.ts'
import type { JobsOptions } from './jobs-options.ts'

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
  const { labelNew, close: forgetNew } = createNewPhotos(options, start)
  return {
    labelNew,
    handlers: {
      start,
      cancelStart: async () => {
        const { starting } = current
        starting?.controller.abort(cancelStart)
        await starting?.ended.catch(() => undefined)
        return {}
      },
      pause: ({ id }) => stop(id, 'paused'),
      resume: ({ id }) => {
        const { state, request } = rows.find(id)
        if (state === 'done' || state === 'cancelled')
          throw new AppError('bad-request', msg('Job {{id}} is {{state}}; start a new one.', { id, state }))
        return start(request)
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
      forgetNew()
      current.starting?.controller.abort()
      await current.starting?.ended.catch(() => undefined)
      if (current.running !== null) await stop(current.running.id, 'paused')
    },
  }
}
