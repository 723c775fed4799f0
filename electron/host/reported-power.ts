// The state of power as another process reports it, for the core.
import { createEmitter } from '../common/emitter.ts'
import type { Power } from '../core/jobs/power.ts'

export interface ReportedPower extends Power {
  readonly report: (isOnBattery: boolean) => void
}

export function createReportedPower(): ReportedPower {
  const emitter = createEmitter<{ changed: undefined }>()
  let now = false
  return {
    isOnBattery: () => now,
    onChange: (listener) => emitter.subscribe('changed', listener),
    report(isOnBattery) {
      now = isOnBattery
      emitter.emit('changed', undefined)
    },
  }
}
