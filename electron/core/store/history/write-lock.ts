// The lock that every change by the user takes: one at a time in this program, and none during a batched step of another.
import { setTimeout } from 'node:timers/promises'
import { createMutex } from '../../../common/mutex.ts'
import type { WhenFree } from '../sqlite/when-free.ts'
import { StepInProgress, type Recovery } from './recover.ts'

/** How often to check whether another program has finished its batched step. */
const pollMs = 50

export type WithWriteLock = <T>(work: () => T | Promise<T>) => Promise<T>

/** What `work` does before its first `await` is run again while another program writes; see `WhenFree`. */
export function createWriteLock({ isStepInProgress }: Recovery, whenFree: WhenFree): WithWriteLock {
  const mutex = createMutex()
  return (work) =>
    mutex.run(async () => {
      for (;;) {
        try {
          const ended = await whenFree(() => (isStepInProgress() ? null : { result: work() }))
          if (ended !== null) return await ended.result
          await setTimeout(pollMs)
        } catch (error) {
          if (!(error instanceof StepInProgress)) throw error
        }
      }
    })
}
