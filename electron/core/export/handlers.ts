// Answers the calls about exports; what is being written can be watched and cancelled by its folder.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { DatasetPreview, DatasetRequest, ExportProgress } from '../../contract/exports.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import { createProgressMeter } from '../labelling/progress-meter.ts'
import type { Learning } from '../learning-thread/learning.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import { countPlan, planDataset, toRow, type PlanOptions } from './dataset-plan.ts'
import { exportChunk, writeExport } from './export.ts'
import { exportModel, type ModelExportContext } from './export-model.ts'
import { createLookAlikes } from './look-alikes.ts'
import { writeDataset, type ExportOptions } from './write-dataset.ts'

export interface Exports {
  readonly handlers: Handlers<CoreContract>['exports']
  /** Cancels what is under way and waits for its end. */
  close(): Promise<void>
}

/** Progress is told at most this often. */
const progressIntervalMs = 100

export interface ExportsOptions extends ModelExportContext {
  readonly events: EventHub
  readonly learning: Learning
}

export function createExports({ events, learning, ...context }: ExportsOptions): Exports {
  const { store } = context
  const lookAlikes = createLookAlikes(store, learning)
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<unknown> }>()
  const closing = new AbortController()
  const previews = new Set<Promise<unknown>>()

  /** One export at a time into a folder, under the name by which it is cancelled. */
  const run = <T>(
    wanted: string,
    write: (folder: string, options: ExportOptions) => Promise<T>,
  ): Promise<T> => {
    const folder = libraryPath(wanted)
    if (running.has(folder))
      throw new AppError(
        'output-unwritable',
        `${folder} is being written already. Wait for that export, or cancel it.`,
      )
    const abort = new AbortController()
    const { signal } = abort
    const done = write(folder, { signal, onProgress: createReporter(folder, events) })
      .catch((error: unknown) => {
        throw signal.aborted
          ? new AppError('cancelled', `The export to ${folder} was stopped; nothing was kept.`)
          : error
      })
      .finally(() => running.delete(folder))
    running.set(folder, { abort, done })
    return done
  }

  return {
    handlers: {
      chunk: ({ request, cursor }) => exportChunk(store, request, cursor),
      write: ({ request, file }) => writeExport(store, request, file),
      preview: ({ request, limit }) => {
        const preview = previewDataset(store, request, limit, { lookAlikes, signal: closing.signal })
        previews.add(preview)
        return preview.finally(() => previews.delete(preview))
      },
      dataset: ({ request, folder }) =>
        run(folder, (target, options) => writeDataset(store, request, target, { ...options, lookAlikes })),
      model: (request) =>
        run(request.folder, (target, options) => exportModel(context, request, target, options)),
      cancel: ({ folder }) => (running.get(libraryPath(folder))?.abort.abort(), {}),
    },
    async close() {
      closing.abort()
      const under = [...running.values()]
      for (const { abort } of under) abort.abort()
      await Promise.allSettled([...under.map(({ done }) => done), ...previews])
    },
  }
}

async function previewDataset(
  store: Store,
  request: DatasetRequest,
  limit: number,
  options: Pick<PlanOptions, 'lookAlikes' | 'signal'>,
): Promise<DatasetPreview> {
  const plan = await planDataset(store, request, { ...options, onProgress: () => undefined })
  return { counts: countPlan(plan), rows: plan.files.slice(0, limit).map(toRow) }
}

/** Turns counts into events with the time left. */
function createReporter(folder: string, events: EventHub): ExportOptions['onProgress'] {
  let meter = createProgressMeter()
  let stage: ExportProgress['stage'] | null = null
  let toldAtMs = -Infinity
  return (now, done, total) => {
    if (now !== stage) meter = createProgressMeter()
    const isNews = now !== stage || done === total
    stage = now
    if (!isNews && performance.now() - toldAtMs < progressIntervalMs) return
    toldAtMs = performance.now()
    const { etaMs } = meter.update(done, done, total)
    events.emit('export.progress', { folder, stage, done, total, etaMs })
  }
}
