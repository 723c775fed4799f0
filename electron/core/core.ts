// Composes the core behind one contract; each group of calls is handled in the folder of its name. It knows neither
// Electron nor the inference runtime.
import os from 'node:os'
import path from 'node:path'
import { coreContract, type CoreContract } from '../contract/core.ts'
import { defaultPhotoLimits, type PhotoLimits, type SpawnInference } from '../contract/inference.ts'
import type { Handlers } from '../contract/rpc.ts'
import { createBackups } from './backups/handlers.ts'
import { createBrowseHandlers } from './browse/handlers.ts'
import { createHeadHandlers } from './heads/handlers.ts'
import { createHistoryHandlers } from './history/handlers.ts'
import { createKeywordsService } from './keywords/handlers.ts'
import { createRenameFollower } from './settings/follow-renames.ts'
import { createLabelHandlers } from './labels/handlers.ts'
import { createLearningHandlers } from './learning/handlers.ts'
import { createModelService } from './models/handlers.ts'
import { createMovesService } from './moves/handlers.ts'
import { createPhotosHandlers } from './photos/handlers.ts'
import { createQuestionsHandlers } from './questions/handlers.ts'
import { createRatingHandlers } from './ratings/handlers.ts'
import { createReviewHandlers } from './review/handlers.ts'
import { createRulesHandlers } from './rules/handlers.ts'
import { createLibraryIndex } from './browse/library-index.ts'
import { notifyChanges } from './browse/notify.ts'
import { defaultHubOptions, type HubOptions } from './models/catalogue/hub.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createEventHub, type EventHub } from './events.ts'
import { createExports } from './exports/handlers.ts'
import { createImports } from './imports/handlers.ts'
import { createJobs, type Power } from './jobs/handlers.ts'

import { createWorkerCalls } from './inference/worker-call.ts'
import { createLearning } from './learning/service.ts'
import { logEvents, type Log } from './log.ts'
import { createPictures } from './photos/pictures.ts'
import { createSettings } from './settings/handlers.ts'
import { createWordsHandlers } from './words/handlers.ts'
import { readSettingsNow } from './settings/stored-settings.ts'
import { createOutputs, type Outputs } from './outputs/outputs.ts'
import { createLibraryHandlers } from './library/handlers.ts'
import { openStore, type Store } from './store/db.ts'
import { startHalving } from './store/halve-embeddings.ts'
import { msg } from '../texts/message.ts'

export interface CoreOptions {
  /** The SQLite file; created when it does not exist. */
  readonly libraryFile: string
  /** Where built graphs are kept; safe to delete. */
  readonly cacheDir: string
  /** Where downloaded models are kept; default: `models` beside the library. */
  readonly modelsDir?: string
  /** The folder of the model that comes with the product, if any. */
  readonly bundledModel?: string
  /** Where models are downloaded from, and through which proxy. */
  readonly hub?: Partial<HubOptions>
  /** Starts an inference worker; the host knows how. */
  readonly spawnInference: SpawnInference
  /** CPU cores for decode and inference. */
  readonly threads?: number
  readonly limits?: Partial<PhotoLimits>
  /** A worker that holds photos and is silent for this long is restarted. */
  readonly stallTimeoutMs?: number
  /** Where preferences are kept; default: `settings.json` beside the library. */
  readonly settingsFile?: string
  /** The list of outputs written last; default: `written-files.json` beside the library. */
  readonly writtenListFile?: string
  /** What libraries were like when they were closed; default: `closed-libraries.json` beside the library. */
  readonly closedListFile?: string
  /** Whether outputs may be pipes and devices; see OutputsOptions. Default: false. */
  readonly takesStreams?: boolean
  /** Files of the host and libraries that it knows, which no output may replace. */
  readonly hostFiles?: HostFiles
  /** Pictures larger than thumbnails that are kept on disk, in bytes. */
  readonly pictureCacheBytes?: number
  /** Receives the lines of the log; the host writes them to a file. */
  readonly log?: Log
  /** A backup is made once a day while this core is open, and a large library after an unclean end is checked meanwhile. */
  readonly isBackedUpDaily?: boolean
  /** Which libraries are large then. */
  readonly checksLaterFromBytes?: number
  /** Where the machine's power comes from, if the host knows it. */
  readonly power?: Power
  /** Puts a backup in the place of the library and opens it in a new core; returns the file that keeps the old one. */
  readonly restore?: (backup: string) => Promise<string | null>
  /** Another build of the SQLite binding, for runtimes that the packaged one does not fit. */
  readonly sqliteBinding?: string
}

/** Enough for a screen full of photos on every machine, and for a thousand photos seen large. */
const defaultPictureCacheBytes = 2e9
const pictureThreads = 2
/** Smaller ones are checked in a second or so. */
const largeLibraryBytes = 200e6

/** Called for each output, since both change. */
export interface HostFiles {
  readonly ownFiles: () => Promise<readonly string[]>
  readonly libraries: () => Promise<readonly string[]>
  /** Outputs in it are sent on and forgotten; see OutputsOptions. */
  readonly unlistedFolder: string | null
}

export interface Core {
  readonly dispatch: Dispatch
  readonly events: EventHub
  /** Pauses the running job, ends the workers and closes the library. */
  close(): Promise<void>
}

/** Opens the library and answers calls. Throws AppError when the library cannot be opened. */
export function createCore(options: CoreOptions): Core {
  const settingsFile = options.settingsFile ?? besideLibrary(options, 'settings.json')
  const { store, events } = openLibrary(options, settingsFile)
  const log = options.log ?? (() => undefined)
  logEvents(events, log)
  log('info', `Opened the library ${store.file}${store.isReadonly ? ' to read it' : ''}`)
  const shared = { store, events, log, ...inferenceOptions(options) }
  const modelsDir = options.modelsDir ?? besideLibrary(options, 'models')
  const settings = createSettings({ store, events, file: settingsFile })
  const renames = createRenameFollower(settings, events)
  const outputs = openOutputs(options, { store, settingsFile, modelsDir })
  // Of its own, since a model may keep it busy for long.
  const modelWorker = createWorkerCalls({
    spawn: shared.spawnInBackground,
    timeoutMs: shared.stallTimeoutMs,
  })
  const models = createModelService({
    worker: modelWorker,
    ...{ store, events, modelsDir },
    hub: { ...defaultHubOptions, ...options.hub },
    bundledPath: options.bundledModel ?? null,
    defaultModel: {
      get: async () => (await settings.get({})).defaultModel,
      set: async (defaultModel) => void (await settings.set({ defaultModel })),
    },
  })
  const worker = createWorkerCalls({ spawn: shared.spawn, timeoutMs: shared.stallTimeoutMs })
  // A worker of its own, so that a running job does not keep the user waiting for thumbnails.
  const pictures = createPictures({
    ...shared,
    spawn: () => options.spawnInference(pictureThreads),
    cacheLimitBytes: options.pictureCacheBytes ?? defaultPictureCacheBytes,
  })
  const learning = createLearning(
    { libraryFile: store.openFile, isReadonly: store.isReadonly, sqliteBinding: options.sqliteBinding },
    events,
  )
  const jobs = createJobs({
    ...{ ...shared, models: models.models, idleWorker: modelWorker.handOver },
    // Nobody waits for it as for what is on the screen.
    spawn: shared.spawnInBackground,
    power: options.power ?? null,
    isPausedOnBattery: async () => (await settings.get({})).isPausedOnBattery,
  })
  const exports = createExports({ ...shared, learning, outputs })
  const backups = createBackups({
    ...{ store, events, sqliteBinding: options.sqliteBinding, restore: options.restore },
    settings: async () => (await settings.get({})).backups,
  })
  const imports = createImports(store, events, () => backups.backUpBefore('import'))
  const keywords = createKeywordsService({
    ...{ store, events, log, backUp: () => backups.backUpBefore('import') },
    writing: async () => (await settings.get({})).keywordWriting,
  })
  const moves = createMovesService({ store, events, log })
  const index = createLibraryIndex(store)
  const library = createLibraryHandlers({
    ...{ store, index, events, log },
    readByJob: () => jobs.reading(),
    labelNew: (photoIds, isAsked) => {
      const label = async () => {
        if (isAsked || (await settings.get({})).isNewLabelled) jobs.labelNew(photoIds)
      }
      void label()
    },
  })
  const stopNotifying = notifyChanges(store.changes, index, events)
  const labels = createLabelHandlers(store, index, {
    follower: renames,
    backUp: () => backups.backUpBefore('merge'),
  })
  const handlers: Handlers<CoreContract> = {
    library: library.handlers,
    backups: backups.handlers,
    browse: createBrowseHandlers(store, index),
    photos: createPhotosHandlers({ ...shared, pictures, worker, outputs }),
    labels,
    ratings: createRatingHandlers(store),
    history: createHistoryHandlers(
      store,
      learning,
      { keywords: keywords.replay, moves: moves.replay, renames },
      events,
    ),
    keywords: keywords.handlers,
    moves: moves.handlers,
    rules: createRulesHandlers(store, index, renames),
    settings,
    heads: createHeadHandlers(store, learning, events),
    review: createReviewHandlers(store, learning, async () => labels.list({})),
    learning: createLearningHandlers(learning),
    imports: imports.handlers,
    models: models.handlers,
    jobs: jobs.handlers,
    exports: exports.handlers,
    words: createWordsHandlers({ ...shared, learning, worker }),
    questions: createQuestionsHandlers({ ...shared, worker }),
  }
  // A host that stays open; a command of the terminal has no time for either.
  const isKept = options.isBackedUpDaily === true && !store.isReadonly
  if (isKept) {
    backups.startDaily()
    void backups.checkLater()
    keywords.start()
  }
  const stopHalving = isKept ? startHalving(store) : null
  return {
    dispatch: createDispatch(coreContract, handlers, log),
    events,
    async close() {
      await stopHalving?.()
      await store.waiting.stop()
      await library.close()
      pictures.close()
      await Promise.all([models.close(), exports.close(), imports.close(), backups.close()])
      await Promise.all([keywords.close(), moves.close()])
      modelWorker.close()
      worker.close()
      await learning.close()
      await jobs.close()
      stopNotifying()
      await index.close()
      store.close()
    },
  }
}

/** Opens the store, finishes what a killed program left, and starts the events. */
function openLibrary(options: CoreOptions, settingsFile: string): { store: Store; events: EventHub } {
  const { libraryFile, sqliteBinding } = options
  const store = openStore({
    file: libraryFile,
    closedListFile: closedListFile(options),
    checksLaterFromBytes:
      options.isBackedUpDaily === true ? (options.checksLaterFromBytes ?? largeLibraryBytes) : undefined,
    backups: readSettingsNow(settingsFile).backups,
    ...(sqliteBinding === undefined ? {} : { nativeBinding: sqliteBinding }),
  })
  if (!store.isReadonly) store.history.recover()
  const events = createEventHub()
  store.waiting.onWait(() => {
    events.emit('notice', {
      message: msg('Another program is writing to the library. Labelroom waits for it and then goes on.'),
    })
  })
  store.history.onChange((state) => {
    events.emit('history.changed', state)
  })
  return { store, events }
}

/** What all that runs a model or decodes photos is given. */
function inferenceOptions({ cacheDir, spawnInference, threads, limits, stallTimeoutMs }: CoreOptions) {
  const cores = threads ?? os.availableParallelism()
  return {
    cacheDir,
    threads: cores,
    limits: { ...defaultPhotoLimits, ...limits },
    stallTimeoutMs: stallTimeoutMs ?? 120_000,
    spawn: () => spawnInference(cores),
    spawnInBackground: () => spawnInference(cores, { isInBackground: true }),
  }
}

const closedListFile = (options: CoreOptions): string =>
  options.closedListFile ?? besideLibrary(options, 'closed-libraries.json')

const besideLibrary = ({ libraryFile }: CoreOptions, name: string): string =>
  path.posix.join(path.posix.dirname(libraryFile), name)

/** Returns the writer of outputs, which protects the library, the models and all files of Labelroom and its host. */
function openOutputs(
  options: CoreOptions,
  own: { readonly store: Store; readonly settingsFile: string; readonly modelsDir: string },
): Outputs {
  const { store, settingsFile, modelsDir } = own
  return createOutputs({
    store,
    ownFolders: [
      options.cacheDir,
      modelsDir,
      ...(options.bundledModel === undefined ? [] : [options.bundledModel]),
    ],
    ownFiles: async () => [
      settingsFile,
      `${settingsFile}.damaged`,
      closedListFile(options),
      ...((await options.hostFiles?.ownFiles()) ?? []),
    ],
    libraries: async () => [store.file, ...((await options.hostFiles?.libraries()) ?? [])],
    unlistedFolder: options.hostFiles?.unlistedFolder ?? null,
    takesStreams: options.takesStreams ?? false,
    writtenListFile: options.writtenListFile ?? besideLibrary(options, 'written-files.json'),
  })
}
