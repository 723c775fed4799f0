// Answers the calls about exports; what is being written can be watched and cancelled by its file or folder.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { DatasetPreview, DatasetRequest, ExportProgress } from '../../contract/exports.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { createCancellableTasks } from '../cancellable-tasks.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning-thread/learning.ts'
import { createStageReporter } from '../stage-progress.ts'
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

export interface ExportsOptions extends ModelExportContext {
  readonly events: EventHub
  readonly learning: Learning
}

export function createExports({ events, learning, ...context }: ExportsOptions): Exports {
  const { store } = context
  const lookAlikes = createLookAlikes(store, learning)
  const tasks = createCancellableTasks()

  /** One export at a time to a place, under the name by which it is cancelled. */
  const run = <T>(
    wanted: string,
    write: (path: string, options: ExportOptions) => Promise<T>,
  ): Promise<T> => {
    const path = libraryPath(wanted)
    if (tasks.has(path))
      throw new AppError(
        'output-unwritable',
        `${path} is being written already. Wait for that export, or cancel it.`,
      )
    const onProgress = createStageReporter<ExportProgress['stage']>((progress) => {
      events.emit('export.progress', { path, ...progress })
    })
    return tasks.run(path, `The export to ${path} was stopped; nothing was kept.`, (signal) =>
      write(path, { signal, onProgress }),
    )
  }

  return {
    handlers: {
      chunk: ({ request, cursor }) => exportChunk(store, request, cursor),
      write: ({ request, file }) => run(file, (path, options) => writeExport(store, request, path, options)),
      preview: ({ request, limit }) =>
        tasks.run(null, 'The library is being closed.', (signal) =>
          previewDataset(store, request, limit, { lookAlikes, signal }),
        ),
      dataset: ({ request, folder }) =>
        run(folder, (path, options) => writeDataset(store, request, path, { ...options, lookAlikes })),
      model: (request) =>
        run(request.folder, (path, options) => exportModel(context, request, path, options)),
      cancel: ({ path }) => (tasks.cancel(libraryPath(path)), {}),
    },
    close: () => tasks.close(),
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
