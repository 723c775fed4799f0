// Long work on the core's loop, in stretches: other calls are answered between them.
import { setImmediate } from 'node:timers/promises'

/** Short enough that nobody feels it, long enough that resting costs nothing. */
const stretchMs = 10

export interface Breather {
  /** Whether the stretch has lasted long enough; then `await rest()`. Asking costs a tenth of a microsecond. */
  isDue(): boolean
  /** Lets others work. Throws the signal's reason when it is aborted. */
  rest(): Promise<void>
}

export function createBreather(signal?: AbortSignal): Breather {
  let startedAtMs = performance.now()
  return {
    isDue: () => performance.now() - startedAtMs > stretchMs,
    async rest() {
      await setImmediate()
      signal?.throwIfAborted()
      startedAtMs = performance.now()
    },
  }
}
