// Answers the calls about exports; a running one is identified by its file or folder, for progress and cancelling.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { DatasetPreview, DatasetRequest, ExportProgress } from '../../contract/exports.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import { createCancellableTasks } from '../tasks/cancellable-tasks.ts'
import type { EventHub } from '../events.ts'
import type { Learning } from '../learning/service.ts'
import { createStageReporter } from '../tasks/stage-progress.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../../common/library-path.ts'
import { countPlan, planDataset, toRow, type PlanOptions } from './dataset-plan.ts'
import type { Outputs } from '../outputs/outputs.ts'
import { exportChunk, writeExport } from './export.ts'
import { exportModel, type ModelExportContext } from './export-model.ts'
import { createNearDuplicateGroups } from './near-duplicates.ts'
import { writeDataset, type ExportOptions } from './write-dataset.ts'

export interface Exports {
  readonly handlers: Handlers<CoreContract>['exports']
  /** Cancels running exports and waits for their end. */
  close(): Promise<void>
}

export interface ExportsOptions extends ModelExportContext {
  readonly events: EventHub
  readonly learning: Learning
  readonly outputs: Outputs
}

export function createExports({ events, learning, outputs, ...context }: ExportsOptions): Exports {
  const { store } = context
  const nearDuplicates = createNearDuplicateGroups(store, learning)
  const tasks = createCancellableTasks()

  /** Runs one export at a time to a path, which also identifies it for cancelling. */
  const run = <T>(
    wanted: string,
    write: (path: string, options: ExportOptions) => Promise<T>,
  ): Promise<T> => {
    const path = libraryPath(wanted)
    if (tasks.has(path))
      throw new AppError(
        'output-unwritable',
        msg('{{folder}} is being written already. Wait for that export, or cancel it.', { folder: path }),
      )
    const onProgress = createStageReporter<ExportProgress['stage']>((progress) => {
      events.emit('export.progress', { path, ...progress })
    })
    return tasks.run(
      path,
      msg('The export to {{folder}} was stopped; nothing was kept.', { folder: path }),
      (signal) => write(path, { signal, onProgress }),
    )
  }

  return {
    handlers: {
      chunk: ({ request, cursor }) => exportChunk(store, request, cursor),
      check: async ({ file, overwrite }) => {
        await outputs.check({ file: libraryPath(file), overwrite })
        return {}
      },
      write: ({ request, file, overwrite }) =>
        run(file, (path, options) =>
          writeExport({ store, outputs }, request, { file: path, overwrite }, options),
        ),
      preview: ({ request, limit }) =>
        tasks.run(null, msg('The library is being closed.'), (signal) =>
          previewDataset(store, request, limit, { nearDuplicates, signal }),
        ),
      dataset: ({ request, folder }) =>
        run(folder, (path, options) => writeDataset(store, request, path, { ...options, nearDuplicates })),
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
  options: Pick<PlanOptions, 'nearDuplicates' | 'signal'>,
): Promise<DatasetPreview> {
  const plan = await planDataset(store, request, { ...options, onProgress: () => undefined })
  return { counts: countPlan(plan), rows: plan.files.slice(0, limit).map(toRow) }
}
