// The one error class of this folder: every message is a sentence for the person, naming the file and the remedy.

export type ModelErrorCode =
  'model-missing' | 'model-invalid' | 'model-unsupported' | 'disk-full' | 'output-unwritable'

export class ModelError extends Error {
  readonly code: ModelErrorCode

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ModelError'
    this.code = code
  }
}
