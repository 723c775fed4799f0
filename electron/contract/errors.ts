// Errors a person can act on: a code for programs, and one sentence that names the file and the remedy.

/** Every way in which a call can fail on purpose. */
export const appErrorCodes = [
  'bad-request',
  'not-found',
  'folder-missing',
  'folder-unreadable',
  'model-missing',
  'model-invalid',
  'model-unsupported',
  'device-unavailable',
  'library-locked',
  'library-corrupt',
  'library-newer',
  'library-unwritable',
  'output-unwritable',
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

/** An expected failure; `message` is shown to the person. See [Note: sentences] for other languages. */
export class AppError extends Error {
  readonly code: AppErrorCode

  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}

/** How an error crosses a boundary: never a thrown clone, never a stack. */
export interface WireError {
  readonly code: AppErrorCode
  readonly message: string
}

/** Turns anything thrown into what may cross a boundary. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
