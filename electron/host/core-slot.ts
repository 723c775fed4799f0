// Holds the core of the library that is open, and lets another one take its place.
import type { Transport } from '../contract/transport.ts'
import { coreEvents, type CoreEventName } from '../contract/events.ts'
import type { Core } from '../core/core.ts'

export interface CoreSlot extends Transport {
  readonly libraryFile: () => string
  /** Opens another library; the one before stays open when that fails. Throws AppError. */
  open(libraryFile: string): Promise<void>
  close(): Promise<void>
}

/** Throws AppError when the first library cannot be opened. */
export function createCoreSlot(libraryFile: string, openCore: (libraryFile: string) => Core): CoreSlot {
  const listeners = new Map<CoreEventName, Set<(event: never) => void>>()
  const connect = (core: Core) => {
    for (const name of Object.keys(coreEvents) as CoreEventName[])
      core.events.subscribe(name, (event) => {
        // What the library before still tells while it is being closed would be taken for news of this one.
        if (core !== current.core) return
        for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event)
      })
    return core
  }
  let current = { libraryFile, core: connect(openCore(libraryFile)) }
  return {
    libraryFile: () => current.libraryFile,
    request: (request) => current.core.dispatch(request),
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    async open(file) {
      if (file === current.libraryFile) return
      const before = current.core
      current = { libraryFile: file, core: connect(openCore(file)) }
      await before.close()
    },
    close: () => current.core.close(),
  }
}
