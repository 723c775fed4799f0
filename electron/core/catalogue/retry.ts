// Tries again what may pass by itself: broken connections, a busy hub.
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppError } from '../../contract/errors.ts'

/** A failure that may pass; `final` is what the person reads when it does not. */
export class PassingFailure extends Error {
  readonly final: AppError
  /** What the other side asked for (Retry-After), or null. */
  readonly waitMs: number | null

  constructor(final: AppError, waitMs: number | null = null) {
    super(final.message, { cause: final })
    this.final = final
    this.waitMs = waitMs
  }
}

/** A person watches; nobody waits longer than this for a busy hub. */
const longestWaitMs = 120_000

export interface RetryOptions {
  readonly signal: AbortSignal
  /** Waits before the second, third... try; as many tries are given up after. */
  readonly delaysMs: readonly number[]
  /** Anything that grows while `work` gets on: then the tries are counted anew. */
  readonly progress?: () => number
}

/** Throws what `work` throws, and the final error of a PassingFailure that did not pass. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, delaysMs, progress = () => 0 } = options
  let failures = 0
  for (;;) {
    const before = progress()
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error
      failures = progress() > before ? 1 : failures + 1
      const delayMs = delaysMs[failures - 1]
      if (delayMs === undefined || (error.waitMs ?? 0) > longestWaitMs) throw error.final
      await sleep(error.waitMs ?? delayMs, undefined, { signal })
    }
  }
}
