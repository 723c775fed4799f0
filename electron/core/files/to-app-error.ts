// Errors of the file system while something is written, as AppErrors with one message.
import { errorCode, isDiskFull } from '../../common/errno.ts'
import { explainImpossibleName } from '../../common/impossible-name.ts'
import { AppError } from '../../contract/errors.ts'
import type { Message } from '../../texts/message.ts'

/** What the user reads; each call site names its file and the remedy. */
export interface WriteMessages {
  readonly full: Message
  readonly refused: (code: string) => Message
}

/**
 * Returns `disk-full` or `output-unwritable` for an error of the file system. An AppError, and an error that is not of
 * the file system, are returned as they are.
 */
export function toAppError(error: unknown, messages: WriteMessages): unknown {
  const code = errorCode(error)
  if (error instanceof AppError || code === null) return error
  const impossible = explainImpossibleName(error)
  if (impossible !== null) return new AppError('output-unwritable', impossible, { cause: error })
  if (!isSystemCode(code)) return error
  return isDiskFull(error)
    ? new AppError('disk-full', messages.full, { cause: error })
    : new AppError('output-unwritable', messages.refused(code), { cause: error })
}

/** Codes of the system are `ENOENT` and the like; Node's own are `ERR_…`. */
const isSystemCode = (code: string): boolean => /^E(?!RR_)[A-Z]/.test(code)
