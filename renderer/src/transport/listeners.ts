// The listeners of a transport by event name.
import type { AppEventName, AppEvents } from './transport.ts'

export interface Listeners {
  readonly subscribe: <N extends AppEventName>(name: N, listener: (event: AppEvents[N]) => void) => () => void
  readonly emit: (name: string, event: unknown) => void
}

export function createListeners(): Listeners {
  const byName = new Map<string, Set<(event: never) => void>>()
  return {
    subscribe(name, listener) {
      const set = byName.get(name) ?? new Set()
      byName.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    emit(name, event) {
      for (const listener of byName.get(name) ?? []) (listener as (event: unknown) => void)(event)
    },
  }
}
