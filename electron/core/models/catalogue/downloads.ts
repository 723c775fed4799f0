// The catalogue as the user sees it: its models, and downloads with progress that can be cancelled.
import { catalogue, findCatalogueEntry, type CatalogueEntry } from '../../../../models/catalogue/catalogue.ts'
import { createThrottle } from '../../../common/throttle.ts'
import type { CoreContract } from '../../../contract/core.ts'
import type { CatalogueModel, Model } from '../../../contract/models.ts'
import { AppError } from '../../../contract/errors.ts'
import type { Handlers } from '../../../contract/rpc.ts'
import { msg } from '../../../texts/message.ts'
import type { EventHub } from '../../events.ts'
import { createProgressMeter } from '../../tasks/progress-meter.ts'
import { createHub, type HubOptions } from './hub.ts'
import { install, installedPath, isInstalled, type InstallProgress } from './install.ts'

export interface DownloadsOptions {
  readonly events: EventHub
  readonly hub: HubOptions
  /** Absolute, `/`-separated; created with the first download. */
  readonly modelsDir: string
  /** Adds an installed model to the library. */
  readonly addModel: (path: string) => Promise<Model>
}

export interface Downloads {
  readonly handlers: Pick<Handlers<CoreContract>['models'], 'catalogue' | 'download' | 'cancelDownload'>
  /** Cancels running downloads and waits for their end. */
  close(): Promise<void>
}

export function createDownloads({
  events,
  hub: hubOptions,
  modelsDir,
  addModel,
}: DownloadsOptions): Downloads {
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<Model> }>()

  const load = async (entry: CatalogueEntry, signal: AbortSignal): Promise<Model> => {
    if (await isInstalled(modelsDir, entry)) return addModel(installedPath(modelsDir, entry))
    const hub = createHub(hubOptions)
    try {
      const onProgress = createReporter(entry.id, events)
      return await addModel(await install({ hub, entry, modelsDir, signal, onProgress }))
    } catch (error) {
      if (!signal.aborted) throw error
      throw new AppError(
        'cancelled',
        msg('The download of {{title}} was stopped; it can be resumed.', { title: entry.title }),
      )
    } finally {
      hub.close()
    }
  }

  const download = (id: string): Promise<Model> => {
    const entry = findCatalogueEntry(id)
    if (entry === null)
      throw new AppError(
        'model-missing',
        msg('{{id}} is neither a path nor a model of the catalogue; see labelroom models catalogue.', { id }),
      )
    const joined = running.get(id)
    if (joined !== undefined) return joined.done
    const abort = new AbortController()
    const done = load(entry, abort.signal).finally(() => running.delete(id))
    running.set(id, { abort, done })
    return done
  }

  return {
    handlers: {
      catalogue: () =>
        Promise.all(
          catalogue.map(async (entry) => {
            const isHere = await isInstalled(modelsDir, entry)
            const state = isHere ? 'installed' : running.has(entry.id) ? 'downloading' : 'available'
            return toCatalogueModel(entry, hubOptions.baseUrl, state)
          }),
        ),
      download: ({ id }) => download(id),
      cancelDownload: ({ id }) => (running.get(id)?.abort.abort(), {}),
    },
    async close() {
      const under = [...running.values()]
      for (const { abort } of under) abort.abort()
      await Promise.allSettled(under.map(({ done }) => done))
    },
  }
}

function toCatalogueModel(
  entry: CatalogueEntry,
  baseUrl: string,
  state: CatalogueModel['state'],
): CatalogueModel {
  const { id, title, subject, repository, revision, licence, approximateBytes, inputSizePx, accuracy } = entry
  const url = `${baseUrl.replace(/\/+$/, '')}/${repository}`
  return { id, title, subject, url, revision, licence, approximateBytes, inputSizePx, accuracy, state }
}

/** Turns bytes into progress events with speed and time left. */
function createReporter(id: string, events: EventHub): (progress: InstallProgress) => void {
  const meter = createProgressMeter()
  let firstBytes: number | null = null
  const throttle = createThrottle()
  return ({ file, doneBytes, totalBytes }) => {
    firstBytes ??= doneBytes
    if (!throttle.tryEmit(doneBytes === totalBytes)) return
    // What an earlier attempt downloaded does not count for the speed.
    const loaded = doneBytes - firstBytes
    const { photosPerSecond: bytesPerSecond, etaMs } = meter.update(loaded, loaded, totalBytes - firstBytes)
    events.emit('download.progress', { id, file, doneBytes, totalBytes, bytesPerSecond, etaMs })
  }
}
