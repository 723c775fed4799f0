// Errors of the file system while an export is written, as sentences for users.
import { msg } from '../../texts/message.ts'
import { toAppError } from '../files/to-app-error.ts'

/**
 * Returns an AppError that names the target of the export; an error that is not of the file system is returned as it
 * is.
 */
export const toOutputError = (error: unknown, target: string): unknown =>
  toAppError(error, {
    full: msg('The disk is full: {{target}} was not written. Free some space and export again.', { target }),
    refused: (code) =>
      msg('{{target}} cannot be written ({{code}}). Choose another place for it.', { target, code }),
  })
