// Which events are worth a line in the log: how jobs end, and what the person was told.
import type { Job } from '../contract/domain.ts'
import type { EventHub } from './events.ts'
import type { Log } from './log.ts'

export function logEvents(events: EventHub, log: Log): void {
  events.subscribe('job.changed', (job) => {
    log(job.state === 'failed' ? 'error' : 'info', describeJob(job))
  })
  events.subscribe('notice', ({ message }) => {
    log('warn', message)
  })
}

function describeJob({ id, state, reason, counts, inferred, elapsedMs, device }: Job): string {
  const why = reason === null ? '' : `: ${reason}`
  const where = device === null ? '' : ` on ${device.ran}`
  const done = `${counts.labelled} labelled, ${counts.failed} failed, ${counts.skipped} skipped of ${counts.files} files`
  return `Job ${id} is ${state}${where}${why} (${done}; ${inferred} inferred in ${Math.round(elapsedMs / 1000)} s)`
}
