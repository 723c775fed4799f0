// Pauses the running job while the machine runs on its battery, and goes on with it by itself.
import { createMutex } from '../../common/mutex.ts'
import type { JobId } from '../../contract/domain.ts'
import type { Job, JobRequest } from '../../contract/jobs.ts'
import type { EventHub } from '../events.ts'
import { describeError, type Log } from '../log.ts'
import { isOnBattery, type Power } from './power.ts'

export interface BatteryGuardOptions {
  /** Null: the host does not know it, and nothing waits. */
  readonly power: Power | null
  /** The user's setting. */
  readonly isWanted: () => Promise<boolean>
  readonly events: EventHub
  readonly log: Log
  /** Returns the job that runs, once it has started. */
  readonly runningId: () => Promise<JobId | null>
  readonly newest: () => Job | null
  readonly pause: (id: JobId) => Promise<Job>
  readonly start: (request: JobRequest) => Promise<Job>
  /** Called when jobs need not wait any more. */
  readonly onReleased: () => void
}

export interface BatteryGuard {
  /** Whether jobs wait now. */
  readonly isHeld: () => Promise<boolean>
  /** Pauses what runs if it should wait, and starts what waited if it need not; resolves when that is done. */
  readonly check: () => Promise<void>
  /** The user wants the job to run all the same, until the battery is not used any more. */
  readonly release: () => void
  close(): void
}

export function createBatteryGuard(options: BatteryGuardOptions): BatteryGuard {
  const { power, isWanted, events, log, runningId, newest, pause, start, onReleased } = options
  if (power === null) return noGuard
  const mutex = createMutex()
  const closing = new AbortController()
  let isReleased = false
  const isHeld = async (): Promise<boolean> => power.isOnBattery() && !isReleased && (await isWanted())

  const apply = async (): Promise<void> => {
    if (!power.isOnBattery()) isReleased = false
    const id = await runningId()
    const mustWait = await isHeld()
    if (closing.signal.aborted) return
    if (mustWait) {
      if (id !== null) await pause(id)
      return
    }
    const last = newest()
    if (id === null && last?.state === 'paused' && isOnBattery(last.reason)) await start(last.request)
    onReleased()
  }
  const check = (): Promise<void> =>
    mutex.run(apply).catch((error: unknown) => {
      // As when a job cannot be started by hand; the user finds it paused.
      if (!closing.signal.aborted) log('warn', `A job that waits for mains power: ${describeError(error)}`)
    })
  const stops = [power.onChange(() => void check()), events.subscribe('settings.changed', () => void check())]
  // What waited when the app was closed.
  void check()
  return {
    isHeld,
    check,
    release: () => {
      isReleased = true
    },
    close() {
      closing.abort()
      for (const stop of stops) stop()
    },
  }
}

const noGuard: BatteryGuard = {
  isHeld: () => Promise.resolve(false),
  check: () => Promise.resolve(),
  release: () => undefined,
  close: () => undefined,
}
