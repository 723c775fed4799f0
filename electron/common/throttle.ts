// A throttle for progress and change events: decides whether enough time has passed to emit the next one.

/** Ten a second: as often as anybody can read. */
export const emitIntervalMs = 100

export interface Throttle {
  /** Whether an event may be emitted now; if so, the interval starts again. A forced one may always. */
  tryEmit(isForced?: boolean): boolean
  /** Milliseconds until the next event may be emitted; 0 when it may now. */
  waitMs(): number
}

/** @param now milliseconds of a clock that never goes back; tests pass their own. */
export function createThrottle(
  intervalMs = emitIntervalMs,
  now: () => number = () => performance.now(),
): Throttle {
  let lastEmittedAtMs = -Infinity
  const waitMs = () => Math.max(0, lastEmittedAtMs + intervalMs - now())
  return {
    waitMs,
    tryEmit(isForced = false) {
      if (!isForced && waitMs() > 0) return false
      lastEmittedAtMs = now()
      return true
    },
  }
}
