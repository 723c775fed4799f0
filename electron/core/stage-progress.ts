// Counts of work in stages become progress with the time left, told seldom enough for a person.
import { createProgressMeter } from './labelling/progress-meter.ts'

/** Progress is told at most this often. */
const intervalMs = 100

export interface StageProgress<S extends string> {
  readonly stage: S
  readonly done: number
  readonly total: number | null
  readonly etaMs: number | null
}

/** Tells the start and the end of each stage, and at most ten times a second between. */
export function createStageReporter<S extends string>(
  tell: (progress: StageProgress<S>) => void,
): (stage: S, done: number, total: number | null) => void {
  let meter = createProgressMeter()
  let stage: S | null = null
  let toldAtMs = -Infinity
  return (now, done, total) => {
    if (now !== stage) meter = createProgressMeter()
    const isNews = now !== stage || done === total
    stage = now
    if (!isNews && performance.now() - toldAtMs < intervalMs) return
    toldAtMs = performance.now()
    const { etaMs } = meter.update(done, done, total)
    tell({ stage, done, total, etaMs })
  }
}
