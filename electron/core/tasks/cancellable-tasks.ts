// Calls that take long: each can be cancelled by its name, and all of them end before the core closes.
import { AppError } from '../../contract/errors.ts'
import type { Message } from '../../texts/message.ts'

interface Running {
  readonly name: string | null
  readonly abort: AbortController
  readonly done: Promise<unknown>
}

export interface CancellableTasks {
  has(name: string): boolean
  /**
   * Runs `work`; when it is cancelled, the call fails with `cancelled` and the message `stopped`. Null: it cannot be
   * cancelled by name.
   */
  run<T>(name: string | null, stopped: Message, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Does nothing where there is no such task. */
  cancel(name: string): void
  /** Cancels everything and waits for its end. */
  close(): Promise<void>
}

export function createCancellableTasks(): CancellableTasks {
  const running = new Set<Running>()
  return {
    has: (name) => [...running].some((task) => task.name === name),
    run(name, stopped, work) {
      const abort = new AbortController()
      const { signal } = abort
      const done = work(signal)
        .catch((error: unknown) => {
          throw signal.aborted ? new AppError('cancelled', stopped) : error
        })
        .finally(() => running.delete(task))
      const task = { name, abort, done }
      running.add(task)
      return done
    },
    cancel(name) {
      for (const task of running) if (task.name === name) task.abort.abort()
    },
    async close() {
      const all = [...running]
      for (const { abort } of all) abort.abort()
      await Promise.allSettled(all.map(({ done }) => done))
    },
  }
}
