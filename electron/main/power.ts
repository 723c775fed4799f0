// Tells the core whether the machine runs on its battery.

/** What of Electron's powerMonitor is needed. */
export interface PowerMonitor {
  isOnBatteryPower(): boolean
  on(event: 'on-battery' | 'on-ac' | 'resume', listener: () => void): unknown
  off(event: 'on-battery' | 'on-ac' | 'resume', listener: () => void): unknown
}

/** Not every system tells of it. */
const pollMs = 30_000

/** Calls the listener with what is now, and after each change; returns how to stop that. */
export function watchPower(monitor: PowerMonitor, listener: (isOnBattery: boolean) => void): () => void {
  let last: boolean | null = null
  const look = () => {
    const now = monitor.isOnBatteryPower()
    if (now !== last) listener(now)
    last = now
  }
  look()
  const timer = setInterval(look, pollMs)
  timer.unref()
  for (const event of ['on-battery', 'on-ac', 'resume'] as const) monitor.on(event, look)
  return () => {
    clearInterval(timer)
    for (const event of ['on-battery', 'on-ac', 'resume'] as const) monitor.off(event, look)
  }
}
