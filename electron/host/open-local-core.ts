// Opens a core as this machine has it: its data folder, its way to the hub, its workers.
import type { SpawnInference } from '../contract/inference.ts'
import { createCore, type Core } from '../core/core.ts'
import type { Power } from '../core/jobs/power.ts'
import type { Log } from '../core/log.ts'
import {
  cacheDir,
  hostFiles,
  makeOwnFilesPrivate,
  modelsDir,
  settingsFile,
  closedListFile,
} from './host-files.ts'
import { writtenListFile } from './data-folder.ts'
import { removeAllLeftFiles } from './left-files.ts'
import { hubFromEnvironment } from './hub-environment.ts'
import { bundledModelFolder } from './app-info.ts'

export interface LocalCoreOptions {
  readonly dataFolder: string
  /** Absolute, with `/`. */
  readonly libraryFile: string
  readonly spawnInference: SpawnInference
  readonly threads?: number | undefined
  /** Whether outputs may be pipes and devices: on the command line. */
  readonly takesStreams?: boolean
  readonly log?: Log | undefined
  /** A backup is made once a day. */
  readonly isBackedUpDaily?: boolean
  /** See `CoreOptions`. */
  readonly power?: Power
  /** See `CoreOptions`. */
  readonly restore?: (backup: string) => Promise<string | null>
}

/** For a runtime that the packaged build of SQLite's binding does not fit; only tests set it. */
export const sqliteBindingFromEnvironment = (): string | undefined => process.env['LABELROOM_SQLITE_BINDING']

/** Throws AppError when the library cannot be opened. */
export function openLocalCore(options: LocalCoreOptions): Core {
  const { dataFolder, libraryFile, spawnInference, threads, takesStreams = false, log } = options
  const { isBackedUpDaily = false, restore, power } = options
  makeOwnFilesPrivate(dataFolder)
  void removeAllLeftFiles(dataFolder, libraryFile)
  const sqliteBinding = sqliteBindingFromEnvironment()
  return createCore({
    libraryFile,
    cacheDir: cacheDir(dataFolder),
    modelsDir: modelsDir(dataFolder),
    settingsFile: settingsFile(dataFolder),
    writtenListFile: writtenListFile(dataFolder),
    closedListFile: closedListFile(dataFolder),
    hostFiles: hostFiles(dataFolder),
    bundledModel: bundledModelFolder,
    hub: hubFromEnvironment(process.env),
    spawnInference,
    takesStreams,
    isBackedUpDaily,
    ...(power === undefined ? {} : { power }),
    ...(restore === undefined ? {} : { restore }),
    ...(log === undefined ? {} : { log }),
    ...(threads === undefined ? {} : { threads }),
    ...(sqliteBinding === undefined ? {} : { sqliteBinding }),
  })
}
