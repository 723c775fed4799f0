// Opens a core as this machine has it: its data folder, its way to the hub, its workers.
import type { InferencePort } from '../contract/inference.ts'
import { createCore, type Core } from '../core/core.ts'
import type { Log } from '../core/log.ts'
import { hubFromEnvironment } from './hub-environment.ts'
import { bundledModelFolder } from './product.ts'

export interface MachineCoreOptions {
  readonly dataFolder: string
  /** Absolute, with `/`. */
  readonly libraryFile: string
  readonly spawnInference: (threads: number) => InferencePort
  readonly threads?: number | undefined
  readonly log?: Log | undefined
}

/** Where a library lies when no other one is named. */
export const defaultLibraryFile = (dataFolder: string): string => `${dataFolder}/library.db`

export const cacheDir = (dataFolder: string): string => `${dataFolder}/cache`

/** Throws AppError when the library cannot be opened. */
export function openMachineCore(options: MachineCoreOptions): Core {
  const { dataFolder, libraryFile, spawnInference, threads, log } = options
  // For a runtime that the packaged build of SQLite's binding does not fit; only tests set it.
  const sqliteBinding = process.env['LABELROOM_SQLITE_BINDING']
  return createCore({
    libraryFile,
    cacheDir: cacheDir(dataFolder),
    modelsDir: `${dataFolder}/models`,
    settingsFile: `${dataFolder}/settings.json`,
    bundledModel: bundledModelFolder,
    hub: hubFromEnvironment(process.env),
    spawnInference,
    ...(log === undefined ? {} : { log }),
    ...(threads === undefined ? {} : { threads }),
    ...(sqliteBinding === undefined ? {} : { sqliteBinding }),
  })
}
