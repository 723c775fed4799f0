// Holds the core of the library that is open, and lets another one take its place.
import { createEmitter } from '../common/emitter.ts'
import { createMutex } from '../common/mutex.ts'
import type { Transport } from '../contract/transport.ts'
import { coreEvents, type CoreEventName, type CoreEvents } from '../contract/events.ts'
import type { Core } from '../core/core.ts'
import { openLocalCore, type LocalCoreOptions } from './open-local-core.ts'
import { restoreBackup } from './backups.ts'

export interface CurrentCore extends Transport {
  readonly libraryFile: () => string
  /** Opens another library; the one before stays open when that fails. Throws AppError. */
  open(libraryFile: string): Promise<void>
  close(): Promise<void>
}

/** Throws AppError when the first library cannot be opened. */
export function openCurrentCore({ libraryFile, ...options }: LocalCoreOptions): CurrentCore {
  const { dataFolder } = options
  const openCore = (file: string): Core =>
    openLocalCore({ ...options, libraryFile: file, isBackedUpDaily: true, restore })
  const emitter = createEmitter<CoreEvents>()
  /** One library takes the place of another at a time. */
  const mutex = createMutex()
  const connect = (core: Core) => {
    for (const name of Object.keys(coreEvents) as CoreEventName[])
      core.events.subscribe(name, (event) => {
        // What the previous library still emits while it is being closed would be taken for an event of this one.
        if (core === current.core) emitter.emit(name, event)
      })
    return core
  }
  /** Whether or not the backup takes the place of the library, a new core opens what is there. */
  const restore = (backup: string): Promise<string | null> =>
    mutex.run(async () => {
      const { libraryFile: file, core } = current
      await core.close()
      try {
        return await restoreBackup({ dataFolder, libraryFile: file }, backup)
      } finally {
        current = { libraryFile: file, core: connect(openCore(file)) }
      }
    })
  let current = { libraryFile, core: connect(openCore(libraryFile)) }
  return {
    libraryFile: () => current.libraryFile,
    request: (request) => current.core.dispatch(request),
    subscribe: emitter.subscribe,
    open: (file) =>
      mutex.run(async () => {
        if (file === current.libraryFile) return
        const before = current.core
        current = { libraryFile: file, core: connect(openCore(file)) }
        await before.close()
      }),
    close: () => current.core.close(),
  }
}
