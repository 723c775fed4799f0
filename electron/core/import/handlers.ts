// Answers the calls about imports; what is under way can be watched and cancelled by its task.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { ImportProgress } from '../../contract/imports.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { createCancellableTasks } from '../cancellable-tasks.ts'
import type { EventHub } from '../events.ts'
import { createStageReporter } from '../stage-progress.ts'
import type { Store } from '../store/db.ts'
import type { ImportOptions } from './apply.ts'
import { importCsv } from './import-csv.ts'
import { importFolder } from './import-folder.ts'

export interface Imports {
  readonly handlers: Handlers<CoreContract>['imports']
  /** Cancels what is under way and waits for its end. */
  close(): Promise<void>
}

const stopped = 'The import was stopped; nothing was saved.'

export function createImports(store: Store, events: EventHub): Imports {
  const tasks = createCancellableTasks()
  const run = <T>(taskId: string | null, work: (options: ImportOptions) => Promise<T>): Promise<T> => {
    if (taskId !== null && tasks.has(taskId))
      throw new AppError('bad-request', `A task named ${taskId} is running already.`)
    const report = createStageReporter<ImportProgress['stage']>(({ stage, done, total, etaMs }) => {
      if (taskId === null) return
      const share = total === null || total === 0 ? null : done / total
      events.emit('import.progress', { taskId, stage, share, etaMs })
    })
    return tasks.run(taskId, stopped, (signal) => work({ signal, onProgress: report }))
  }
  return {
    handlers: {
      labels: (request) => run(request.taskId, (options) => importCsv(store, request, options)),
      folder: (request) => run(request.taskId, (options) => importFolder(store, request, options)),
      cancel: ({ taskId }) => (tasks.cancel(taskId), {}),
    },
    close: () => tasks.close(),
  }
}
