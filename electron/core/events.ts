// The core's own event emitter, typed by the contract.
import type { CoreEventName, CoreEvents } from '../contract/events.ts'

export interface EventHub {
  emit<N extends CoreEventName>(name: N, event: CoreEvents[N]): void
  subscribe<N extends CoreEventName>(name: N, listener: (event: CoreEvents[N]) => void): () => void
}

export function createEventHub(): EventHub {
  const listeners = new Map<CoreEventName, Set<(event: never) => void>>()
  return {
    emit(name, event) {
      for (const listener of listeners.get(name) ?? [])
        (listener as (event: CoreEvents[typeof name]) => void)(event)
    },
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
  }
}
