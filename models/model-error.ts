// The one error class of this folder: an AppError of the kinds that a model can cause.
import { AppError } from '../electron/contract/errors.ts'
import type { Message } from '../electron/texts/message.ts'

export type ModelErrorCode =
  | 'model-missing'
  | 'model-invalid'
  | 'model-unsupported'
  | 'scores-unknown'
  | 'disk-full'
  | 'output-unwritable'

/** Every message is a sentence for the user that names the file and the remedy. */
export class ModelError extends AppError {
  constructor(code: ModelErrorCode, translatable: Message, options?: ErrorOptions) {
    super(code, translatable, options)
    this.name = 'ModelError'
  }
}
