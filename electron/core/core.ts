// Composes the core: store, library, jobs and exports behind one contract. It knows no Electron and no runtime.
import os from 'node:os'
import path from 'node:path'
import { coreContract, type CoreContract } from '../contract/core.ts'
import { defaultPhotoLimits, type InferencePort, type PhotoLimits } from '../contract/inference.ts'
import type { Handlers } from '../contract/rpc.ts'
import { createBrowseHandlers } from './browse/handlers.ts'
import { createLibraryIndex } from './browse/library-index.ts'
import { notifyChanges } from './browse/notify.ts'
import { createDownloads } from './catalogue/downloads.ts'
import { defaultHubOptions, type HubOptions } from './catalogue/hub.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createEventHub, type EventHub } from './events.ts'
import { createExports } from './export/handlers.ts'
import { createHeadHandlers, createReviewHandlers } from './heads/handlers.ts'
import { createImports } from './import/handlers.ts'
import { createExplainHandlers } from './labelling/explain.ts'
import { createHistoryHandlers, createLabelHandlers } from './labels/handlers.ts'
import { createJobs } from './labelling/jobs.ts'
import { createModels } from './labelling/models.ts'
import { createWorkerCalls } from './labelling/worker-call.ts'
import { createLearning } from './learning-thread/learning.ts'
import { findPhoto } from './library/find-photo.ts'
import type { Log } from './log.ts'
import { logEvents } from './log-events.ts'
import { readDetails } from './pictures/details.ts'
import { createPictures } from './pictures/pictures.ts'
import { createSettings } from './settings/settings.ts'
import { createLibraryHandlers } from './library/handlers.ts'
import { openStore } from './store/db.ts'

export interface CoreOptions {
  /** The SQLite file; made when it does not exist. */
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
  readonly spawnInference: (threads: number) => InferencePort
  /** CPU cores for decode and inference. */
  readonly threads?: number
  readonly limits?: Partial<PhotoLimits>
  /** A worker that holds photos and is silent for this long is restarted. */
  readonly stallTimeoutMs?: number
  /** Where preferences are kept; default: `settings.json` beside the library. */
  readonly settingsFile?: string
  /** Pictures larger than thumbnails that are kept on disk, in bytes. */
  readonly pictureCacheBytes?: number
  /** Told what helps to find out what went wrong; the host writes it down. */
  readonly log?: Log
  /** Another build of the SQLite binding, for runtimes that the packaged one does not fit. */
  readonly sqliteBinding?: string
}

/** Enough for a screen full of photos on every machine, and for a thousand photos seen large. */
const defaultPictureCacheBytes = 2e9
const pictureThreads = 2

export interface Core {
  readonly dispatch: Dispatch
  readonly events: EventHub
  /** Lets the running job store what it has, ends the worker and closes the library. */
  close(): Promise<void>
}

/** Opens the library and answers calls. Throws AppError when the library cannot be opened. */
export function createCore(options: CoreOptions): Core {
  const store = openStore({
    file: options.libraryFile,
    ...(options.sqliteBinding === undefined ? {} : { nativeBinding: options.sqliteBinding }),
  })
  store.history.recover()
  const events = createEventHub()
  store.history.onChange((state) => {
    events.emit('history.changed', state)
  })
  const modelsDir = options.modelsDir ?? path.posix.join(path.posix.dirname(options.libraryFile), 'models')
  const settings = createSettings({
    events,
    file: options.settingsFile ?? path.posix.join(path.posix.dirname(options.libraryFile), 'settings.json'),
  })
  const models = createModels({
    store,
    modelsDir,
    bundledPath: options.bundledModel ?? null,
    defaultModel: async () => (await settings.get({})).defaultModel,
  })
  const downloads = createDownloads({
    events,
    hub: { ...defaultHubOptions, ...options.hub },
    modelsDir,
    addModel: (folder) => models.add(folder),
  })
  const threads = options.threads ?? os.availableParallelism()
  const limits = { ...defaultPhotoLimits, ...options.limits }
  const stallTimeoutMs = options.stallTimeoutMs ?? 120_000
  const worker = createWorkerCalls({
    spawn: () => options.spawnInference(threads),
    timeoutMs: stallTimeoutMs,
  })
  const log = options.log ?? (() => undefined)
  logEvents(events, log)
  log('info', `Opened the library ${store.file}`)
  // A worker of its own, so that a running job does not keep the person waiting for thumbnails.
  const pictures = createPictures({
    store,
    log,
    limits,
    stallTimeoutMs,
    cacheDir: options.cacheDir,
    spawn: () => options.spawnInference(pictureThreads),
    cacheLimitBytes: options.pictureCacheBytes ?? defaultPictureCacheBytes,
  })
  const learning = createLearning({ libraryFile: store.file, sqliteBinding: options.sqliteBinding }, events)
  const jobs = createJobs({
    store,
    events,
    models,
    threads,
    cacheDir: options.cacheDir,
    spawn: () => options.spawnInference(threads),
    limits,
    stallTimeoutMs,
    log,
  })
  const exports = createExports({
    store,
    events,
    learning,
    cacheDir: options.cacheDir,
    spawn: () => options.spawnInference(threads),
  })
  const imports = createImports(store, events)
  const index = createLibraryIndex(store)
  const browsing = createBrowseHandlers(store, index)
  const stopNotifying = notifyChanges(store.changes, index, events)
  const handlers: Handlers<CoreContract> = {
    library: {
      ...createLibraryHandlers({ store, events, readByJob: () => jobs.reading() }),
      tree: browsing.tree,
    },
    settings,
    browse: browsing.browse,
    rules: browsing.rules,
    photos: {
      picture: ({ photoId, size }) => pictures.picture(photoId, size),
      details: ({ fileId }) => readDetails(store, pictures, fileId),
      list: ({ folder, modelId, after, limit }) => {
        const variantId = store.models.shown(modelId)
        return store.listing.page({ root: folder, variantId, after, limit })
      },
      find: ({ path: file }) => findPhoto(store, file),
      ...createExplainHandlers({ store, worker, threads, limits, cacheDir: options.cacheDir }),
    },
    labels: { ...createLabelHandlers(store), list: browsing.labels },
    history: createHistoryHandlers(store),
    heads: createHeadHandlers(store, learning, events),
    review: createReviewHandlers(store, learning),
    learning: { cancel: ({ taskId }) => (learning.cancel(taskId), {}) },
    imports: imports.handlers,
    models: { ...models.handlers, ...downloads.handlers },
    jobs: jobs.handlers,
    exports: exports.handlers,
  }
  return {
    dispatch: createDispatch(coreContract, handlers, log),
    events,
    async close() {
      pictures.close()
      await Promise.all([downloads.close(), exports.close(), imports.close()])
      worker.close()
      await learning.close()
      await jobs.close()
      stopNotifying()
      await index.close()
      store.close()
    },
  }
}
