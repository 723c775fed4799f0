// Reads models from disk: a worker does, since their files come from strangers.
import { AppError } from '../../contract/errors.ts'
import type { FromWorker, ModelDescription, ToWorker } from '../../contract/inference.ts'
import type { ModelChoices } from '../../contract/models.ts'
import { msg } from '../../texts/message.ts'
import type { WorkerCalls } from '../inference/worker-call.ts'

export interface ModelReader {
  /** Describes a model folder or file as it is with what the user chose for it. Throws AppError. */
  describe(path: string, choices: ModelChoices): Promise<ModelDescription>
  /** Display names by label in another language; none where the model has none. Throws AppError. */
  labelNames(
    path: string,
    classes: number,
    language: string,
  ): Promise<readonly (readonly [label: string, name: string])[]>
}

export function createModelReader(worker: WorkerCalls): ModelReader {
  const ask = async (path: string, question: ToWorker): Promise<FromWorker> => {
    try {
      return await worker.ask(question)
    } catch (error) {
      // Only a worker that was lost fails so.
      if (!(error instanceof AppError) || error.code !== 'inference-failed') throw error
      throw new AppError(
        'model-invalid',
        msg('{{path}} cannot be read. {{why}} Another copy of the model may be sound.', {
          path,
          why: error.translatable,
        }),
        { cause: error },
      )
    }
  }
  return {
    async describe(path, choices) {
      const answer = await ask(path, { type: 'model', path, choices })
      if (answer.type !== 'model') throw new Error(`the worker answered ${answer.type}`)
      return answer.model
    },
    async labelNames(path, classes, language) {
      const answer = await ask(path, { type: 'label-names', path, classes, language })
      if (answer.type !== 'label-names') throw new Error(`the worker answered ${answer.type}`)
      return answer.names
    },
  }
}
