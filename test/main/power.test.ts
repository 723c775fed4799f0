// What main tells the core of the battery: once at first, and then each change alone. The monitor is a stand-in for Electron's.
import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import { watchPower, type PowerMonitor } from '../../electron/main/power.ts'

class Monitor extends EventEmitter implements PowerMonitor {
  isOnBattery = false

  isOnBatteryPower(): boolean {
    return this.isOnBattery
  }
}

test('tells what is now, then each change once, also where the system tells of none', () => {
  vi.useFakeTimers()
  const monitor = new Monitor()
  const told: boolean[] = []
  const stop = watchPower(monitor, (isOnBattery) => told.push(isOnBattery))
  expect(told).toEqual([false])
  monitor.isOnBattery = true
  monitor.emit('on-battery')
  monitor.emit('resume')
  expect(told).toEqual([false, true])
  monitor.isOnBattery = false
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([false, true, false])
  stop()
  monitor.isOnBattery = true
  monitor.emit('on-battery')
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([false, true, false])
  expect(monitor.listenerCount('on-battery')).toBe(0)
  vi.useRealTimers()
})
