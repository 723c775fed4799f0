// Retries after transient failures: broken connections, a busy hub.
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppError } from '../../../contract/errors.ts'

/** A failure that may pass; `final` is the error for the user if it does not. */
export class TransientError extends Error {
  readonly final: AppError
  /** The delay that the server asked for (Retry-After), or null. */
  readonly waitMs: number | null

  constructor(final: AppError, waitMs: number | null = null) {
    super(final.message, { cause: final })
    this.final = final
    this.waitMs = waitMs
  }
}

/** The user is watching, so no delay is longer than this. */
const longestWaitMs = 120_000

export interface RetryOptions {
  readonly signal: AbortSignal
  /** Delays before the second, third, ... attempt; there are no more attempts than these and the first. */
  readonly delaysMs: readonly number[]
  /** Anything that grows while `work` makes progress: then attempts are counted from one. */
  readonly progress?: () => number
}

/** Throws what `work` throws, or the final error of a TransientError after the last attempt. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, delaysMs, progress = () => 0 } = options
  let failures = 0
  for (;;) {
    const before = progress()
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof TransientError)) throw error
      failures = progress() > before ? 1 : failures + 1
      const delayMs = delaysMs[failures - 1]
      if (delayMs === undefined || (error.waitMs ?? 0) > longestWaitMs) throw error.final
      await sleep(error.waitMs ?? delayMs, undefined, { signal })
    }
  }
}
