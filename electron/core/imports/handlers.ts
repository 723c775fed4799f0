// Answers the calls about imports; a running one is identified by its task, for progress and cancelling.
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { ImportProgress } from '../../contract/imports.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import { createCancellableTasks } from '../tasks/cancellable-tasks.ts'
import type { EventHub } from '../events.ts'
import { createStageReporter } from '../tasks/stage-progress.ts'
import type { Store } from '../store/db.ts'
import type { ImportOptions } from './apply.ts'
import { importCsv } from './import-csv.ts'
import { importFolder } from './import-folder.ts'
import { mergeLibraries } from './merge-libraries.ts'

export interface Imports {
  readonly handlers: Handlers<CoreContract>['imports']
  /** Cancels running imports and waits for their end. */
  close(): Promise<void>
}

const stopped = msg('The import was stopped; nothing was saved.')
const mergeStopped = msg(
  'The merge was stopped. What it has of files and suggestions stays; merge the same libraries again to go on.',
)

/** `backUp` is called before many labels are saved. */
export function createImports(store: Store, events: EventHub, backUp: () => Promise<void>): Imports {
  const tasks = createCancellableTasks()
  const run = <T>(
    taskId: string | null,
    work: (options: ImportOptions) => Promise<T>,
    ended = stopped,
  ): Promise<T> => {
    if (taskId !== null && tasks.has(taskId))
      throw new AppError('bad-request', msg('A task named {{id}} is running already.', { id: taskId }))
    const report = createStageReporter<ImportProgress['stage']>(({ stage, done, total, etaMs }) => {
      if (taskId === null) return
      const share = total === null || total === 0 ? null : done / total
      events.emit('import.progress', { taskId, stage, share, etaMs })
    })
    return tasks.run(taskId, ended, (signal) => work({ signal, backUp, onProgress: report }))
  }
  return {
    handlers: {
      labels: (request) => run(request.taskId, (options) => importCsv(store, request, options)),
      folder: (request) => run(request.taskId, (options) => importFolder(store, request, options)),
      merge: (request) =>
        run(request.taskId, (options) => mergeLibraries(store, request, options), mergeStopped),
      conflicts: ({ limit }) => store.merge.conflicts(limit),
      cancel: ({ taskId }) => (tasks.cancel(taskId), {}),
    },
    close: () => tasks.close(),
  }
}
