// What the file system refuses while an export is written, in words for people.
import { AppError } from '../../contract/errors.ts'
import { errorCode } from '../library/file-errors.ts'

/** An AppError that names where the export should have gone; an error that is not of the file system stays itself. */
export function toOutputError(error: unknown, target: string): unknown {
  const code = errorCode(error)
  if (code === null || error instanceof AppError) return error
  const options = { cause: error }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'disk-full',
      `The disk is full: ${target} was not written. Free some space and export again.`,
      options,
    )
  if (!code.startsWith('E')) return error
  return new AppError(
    'output-unwritable',
    `${target} cannot be written (${code}). Choose another place for it.`,
    options,
  )
}
