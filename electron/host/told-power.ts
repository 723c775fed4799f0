// The state of power as another process tells it, for the core.
import type { Power } from '../core/jobs/power.ts'

export interface ToldPower extends Power {
  readonly tell: (isOnBattery: boolean) => void
}

export function createToldPower(): ToldPower {
  const listeners = new Set<() => void>()
  let now = false
  return {
    isOnBattery: () => now,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(isOnBattery) {
      now = isOnBattery
      for (const listener of listeners) listener()
    },
  }
}
