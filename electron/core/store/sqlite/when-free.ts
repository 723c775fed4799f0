// Waits for other programs that are writing to the library, without keeping this one from anything else.
import { setTimeout } from 'node:timers/promises'
import { AppError } from '../../../contract/errors.ts'

/**
 * Runs `write`, which saves all or nothing, and again as long as another program is writing. Other calls are answered in
 * between. Throws what `write` throws, the signal's reason, or `library-locked` once `stop` was called.
 */
export type WhenFree = <T>(write: () => T, signal?: AbortSignal) => Promise<T>

export interface Waiting {
  readonly whenFree: WhenFree
  /** Calls when a write has waited so long that users wonder. */
  onWait(listener: () => void): void
  /** From now on nothing waits, since the library is about to be closed. Resolves when what waited has failed. */
  stop(): Promise<void>
}

/** How often to try. */
const pollMs = 50
const noticeAfterMs = 1000

/** `setBusyTimeoutMs` sets how long SQLite itself waits, which blocks; `busyTimeoutMs` is for what is written elsewhere. */
export function createWaiting(setBusyTimeoutMs: (ms: number) => void, busyTimeoutMs: number): Waiting {
  const listeners: (() => void)[] = []
  const stopped = new AbortController()
  const waits = new Set<Promise<unknown>>()
  const attempt = <T>(write: () => T): T => {
    setBusyTimeoutMs(0)
    try {
      return write()
    } finally {
      setBusyTimeoutMs(busyTimeoutMs)
    }
  }
  const tryOften: WhenFree = async (write, signal) => {
    const startedAtMs = performance.now()
    let isTold = false
    for (;;) {
      try {
        return attempt(write)
      } catch (error) {
        const isLocked = error instanceof AppError && error.code === 'library-locked'
        if (stopped.signal.aborted || !isLocked) throw error
      }
      if (!isTold && performance.now() - startedAtMs > noticeAfterMs) {
        isTold = true
        for (const listener of listeners) listener()
      }
      await setTimeout(pollMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      signal?.throwIfAborted()
    }
  }
  return {
    async whenFree(write, signal) {
      const wait = tryOften(write, signal)
      waits.add(wait)
      try {
        return await wait
      } finally {
        waits.delete(wait)
      }
    },
    onWait: (listener) => {
      listeners.push(listener)
    },
    async stop() {
      stopped.abort()
      await Promise.allSettled(waits)
    },
  }
}
