// Errors that users can act on: a code for programs, and one sentence that names the file and the remedy.
import { explainImpossibleName } from '../common/impossible-name.ts'
import { MessageError, messageOf, type Message } from '../texts/message.ts'

/** All codes of expected failures. */
export const appErrorCodes = [
  'bad-request',
  'not-found',
  'folder-missing',
  'folder-unreadable',
  'model-missing',
  'model-invalid',
  'model-unsupported',
  'scores-unknown',
  'embeddings-missing',
  'device-unavailable',
  'library-locked',
  'library-corrupt',
  'library-newer',
  'library-unwritable',
  'output-unwritable',
  'output-exists',
  'disk-full',
  'inference-failed',
  'offline',
  'timeout',
  'hub-not-found',
  'hub-forbidden',
  'hub-busy',
  'hub-failed',
  'checksum-mismatch',
  'cancelled',
  'internal',
] as const

export type AppErrorCode = (typeof appErrorCodes)[number]

/** An expected failure; users see its message. See [Note: messages]. */
export class AppError extends MessageError {
  readonly code: AppErrorCode

  constructor(code: AppErrorCode, translatable: Message, options?: ErrorOptions) {
    super(translatable, options)
    this.name = 'AppError'
    this.code = code
  }
}

/** How an error crosses a boundary: never a thrown clone, never a stack. */
export interface WireError {
  readonly code: AppErrorCode
  readonly message: Message
}

/** Turns anything thrown into what may cross a boundary. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) return { code: error.code, message: messageOf(error) }
  const impossible = explainImpossibleName(error)
  return impossible === null
    ? { code: 'internal', message: messageOf(error) }
    : { code: 'bad-request', message: impossible }
}
