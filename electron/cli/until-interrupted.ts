// Waits for the signal that ends a command.
import { once } from 'node:events'

/** Ctrl-C, the system that shuts down, or a terminal that is closed. */
export async function untilInterrupted(): Promise<void> {
  const first = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  await Promise.race(signals.map((signal) => once(process, signal, { signal: first.signal })))
  first.abort()
}
