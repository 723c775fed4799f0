// Counts of work in stages become throttled progress with the estimated time left.
import { createThrottle } from '../../common/throttle.ts'
import { createProgressMeter } from './progress-meter.ts'

export interface StageProgress<S extends string> {
  readonly stage: S
  readonly done: number
  readonly total: number | null
  readonly etaMs: number | null
}

/** Emits the start and the end of each stage, and at most ten times a second between. */
export function createStageReporter<S extends string>(
  emit: (progress: StageProgress<S>) => void,
): (stage: S, done: number, total: number | null) => void {
  let meter = createProgressMeter()
  let stage: S | null = null
  const throttle = createThrottle()
  return (now, done, total) => {
    if (now !== stage) meter = createProgressMeter()
    const isEdge = now !== stage || done === total
    stage = now
    if (!throttle.tryEmit(isEdge)) return
    const { etaMs } = meter.update(done, done, total)
    emit({ stage, done, total, etaMs })
  }
}
