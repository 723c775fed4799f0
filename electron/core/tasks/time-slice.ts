// Cooperative time slices for long work on the core's event loop: other calls are answered between them.
import { setImmediate } from 'node:timers/promises'

/** Short enough that no call waits noticeably, long enough that yielding costs nothing. */
const sliceMs = 10

export interface TimeSlice {
  /** Whether the slice is used up; then `await yieldToEventLoop()`. Asking costs a tenth of a microsecond. */
  isExpired(): boolean
  /** Lets other calls run and starts the next slice. Throws the signal's reason when it is aborted. */
  yieldToEventLoop(): Promise<void>
}

/** Returns a slice that starts now. */
export function createTimeSlice(signal?: AbortSignal): TimeSlice {
  let startedAtMs = performance.now()
  return {
    isExpired: () => performance.now() - startedAtMs > sliceMs,
    async yieldToEventLoop() {
      await setImmediate()
      signal?.throwIfAborted()
      startedAtMs = performance.now()
    },
  }
}
