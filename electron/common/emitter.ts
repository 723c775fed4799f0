// An event emitter typed by a map of event names to payloads, for the core, its hosts and the page.

export interface Emitter<E extends object> {
  /** Calls every listener of `name`, in the order in which they subscribed. */
  readonly emit: <N extends keyof E>(name: N, event: E[N]) => void
  /** Returns the function that unsubscribes. */
  readonly subscribe: <N extends keyof E>(name: N, listener: (event: E[N]) => void) => () => void
}

export function createEmitter<E extends object>(): Emitter<E> {
  const listeners = new Map<keyof E, Set<(event: never) => void>>()
  return {
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) (listener as (event: E[typeof name]) => void)(event)
    },
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => {
        set.delete(listener)
      }
    },
  }
}
