// Measures photos per second and estimates the time left.

/** Rates are taken over this window of the recent past, so that they follow a change of pace. */
const windowMs = 10_000

export interface ProgressMeter {
  /** Notes that `done` files of `total` (null: not known yet) are done, `inferred` of them by inference. */
  update(
    done: number,
    inferred: number,
    total: number | null,
  ): { photosPerSecond: number; etaMs: number | null }
}

export function createProgressMeter(now: () => number = () => performance.now()): ProgressMeter {
  const samples: { atMs: number; done: number; inferred: number }[] = [{ atMs: now(), done: 0, inferred: 0 }]
  return {
    update(done, inferred, total) {
      const atMs = now()
      samples.push({ atMs, done, inferred })
      while (samples.length > 2 && atMs - (samples[1]?.atMs ?? atMs) > windowMs) samples.shift()
      const first = samples[0] ?? { atMs, done, inferred }
      const seconds = Math.max(atMs - first.atMs, 1) / 1000
      const donePerSecond = (done - first.done) / seconds
      const etaMs = total === null || donePerSecond === 0 ? null : (1000 * (total - done)) / donePerSecond
      return { photosPerSecond: (inferred - first.inferred) / seconds, etaMs }
    },
  }
}
