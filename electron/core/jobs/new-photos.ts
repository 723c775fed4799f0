// Labels photos that come in while folders are watched: together, and when no other job runs.
import type { PhotoId } from '../../contract/domain.ts'
import { JobRequest, type Job } from '../../contract/jobs.ts'
import type { JobsOptions } from './jobs-options.ts'

export function createNewPhotos(
  { events, log }: Pick<JobsOptions, 'events' | 'log'>,
  start: (request: JobRequest) => Promise<Job>,
  isHeld: () => Promise<boolean>,
) {
  const waiting = new Set<PhotoId>()
  const closing = new AbortController()
  const isClosed = () => closing.signal.aborted
  let isBusy = false

  const startNext = async (): Promise<void> => {
    if (isBusy || isClosed() || waiting.size === 0) return
    isBusy = true
    try {
      if (!(await isHeld())) await startAll()
    } finally {
      isBusy = false
    }
  }
  const startAll = async (): Promise<void> => {
    const photoIds = [...waiting]
    waiting.clear()
    try {
      await start(JobRequest.parse({ photoIds }))
    } catch (error) {
      // Another job is in the way, whose end starts this one; or there is no model, which the next photos try again.
      if (!isClosed()) log('info', `New photos wait to be labelled: ${String(error)}`)
      for (const photoId of photoIds) waiting.add(photoId)
    }
  }
  const stop = events.subscribe('job.changed', ({ state }) => {
    if (state !== 'running') void startNext()
  })
  return {
    labelNew: (photoIds: readonly PhotoId[]): void => {
      for (const photoId of photoIds) waiting.add(photoId)
      void startNext()
    },
    /** What waits may be startable now. */
    retry: (): void => {
      void startNext()
    },
    close: (): void => {
      closing.abort()
      stop()
    },
  }
}
