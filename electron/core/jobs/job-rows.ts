// Jobs as the library keeps them, in the state that they really have.
import type { JobId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Job } from '../../contract/jobs.ts'
import { msg } from '../../texts/message.ts'
import type { JobsOptions } from './jobs-options.ts'

export type JobRows = ReturnType<typeof createJobRows>

/** `runningId` returns the job that runs in this process; null while there is none. */
export function createJobRows({ store, events }: JobsOptions, runningId: () => JobId | null) {
  // The process that ran it was killed, or the library could not be written: it can be resumed like a paused one.
  const withState = (job: Job): Job =>
    job.state === 'running' && runningId() !== job.id ? { ...job, state: 'paused' } : job
  const save = (id: JobId, changes: Partial<Job>): Promise<Job> =>
    store.whenFree(() => store.jobs.update(id, changes))
  return {
    /** Throws AppError `not-found`. */
    find(id: JobId): Job {
      const job = store.jobs.get(id)
      if (job === null)
        throw new AppError('not-found', msg('There is no job {{id}} in this library.', { id }))
      return withState(job)
    },
    list: (): Job[] => store.jobs.list().map(withState),
    save,
    async saveAndEmit(id: JobId, changes: Partial<Job>): Promise<Job> {
      const job = await save(id, changes)
      events.emit('job.changed', job)
      return job
    },
  }
}
