// Answers the calls about models: those of the library, and those of the catalogue.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { createDownloads, type DownloadsOptions } from './catalogue/downloads.ts'
import type { ModelsOptions } from './known-models.ts'
import { createModels, type Models } from './models.ts'
import { createModelReader } from './model-reader.ts'
import type { WorkerCalls } from '../inference/worker-call.ts'

export interface ModelService {
  readonly handlers: Handlers<CoreContract>['models']
  /** The models as labelling jobs need them. */
  readonly models: Models
  /** Cancels downloads and waits for their end. */
  close(): Promise<void>
}

export function createModelService(
  options: Omit<ModelsOptions, 'reader'> &
    Omit<DownloadsOptions, 'addModel'> & { readonly worker: WorkerCalls },
): ModelService {
  const models = createModels({ ...options, reader: createModelReader(options.worker) })
  const downloads = createDownloads({ ...options, addModel: (folder) => models.add(folder) })
  return {
    models,
    handlers: { ...models.handlers, ...downloads.handlers },
    close: () => downloads.close(),
  }
}
