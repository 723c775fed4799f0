// Answers the request for a model with another head.
import type { Merged, MergeRequest } from '../contract/inference.ts'
import { mergeModel } from '../../models/merge/merge-model.ts'
import { ModelError } from '../../models/model-error.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { msg } from '../texts/message.ts'

/** Throws AppError with a sentence for the user. */
export async function mergeHead({
  modelPath,
  modelVersion,
  head,
  ...options
}: MergeRequest): Promise<Merged> {
  const model = await readModelFolder(modelPath)
  if (model.version !== modelVersion) {
    throw new ModelError(
      'model-invalid',
      msg(
        '{{path}} was changed since your model was trained. Put the old model back, or label with the new one and train again.',
        { path: modelPath },
      ),
    )
  }
  return { type: 'merged', ...(await mergeModel(model, head, options)) }
}
