// The log, for finding out what went wrong: its levels, how errors are written, and which events are logged.
import type { Job } from '../contract/jobs.ts'
import { english } from '../texts/message.ts'
import type { EventHub } from './events.ts'

export type LogLevel = 'info' | 'warn' | 'error'

/** Writes one line; the host decides where. */
export type Log = (level: LogLevel, message: string) => void

/** Returns the stack of an error and of its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** Logs how jobs end, and what the user was notified of. */
export function logEvents(events: EventHub, log: Log): void {
  events.subscribe('job.changed', (job) => {
    log(job.state === 'failed' ? 'error' : 'info', describeJob(job))
  })
  events.subscribe('notice', ({ message }) => {
    log('warn', english(message))
  })
}

function describeJob({ id, state, reason, counts, inferred, elapsedMs, device }: Job): string {
  const why = reason === null ? '' : `: ${english(reason)}`
  const where = device === null ? '' : ` on ${device.ran}`
  const done = `${counts.labelled} labelled, ${counts.failed} failed, ${counts.skipped} skipped of ${counts.files} files`
  return `Job ${id} is ${state}${where}${why} (${done}; ${inferred} inferred in ${Math.round(elapsedMs / 1000)} s)`
}
