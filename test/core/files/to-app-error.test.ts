// Errors of the file system become one sentence each; everything else is returned as it is.
import { expect, test } from 'vitest'
import { AppError } from '../../../electron/contract/errors.ts'
import { toAppError } from '../../../electron/core/files/to-app-error.ts'
import { verbatim } from '../../../electron/texts/message.ts'

const messages = {
  full: verbatim('It is full.'),
  refused: (code: string) => verbatim(`It refused (${code}).`),
}
const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' })

test.each([
  ['ENOSPC', 'disk-full', 'It is full.'],
  ['EDQUOT', 'disk-full', 'It is full.'],
  ['EACCES', 'output-unwritable', 'It refused (EACCES).'],
  ['ERANGE', 'output-unwritable', 'It refused (ERANGE).'],
])('%s is told as %s, with its cause', (code, expected, message) => {
  const cause = systemError(code)
  expect(toAppError(cause, messages)).toMatchObject({ name: 'AppError', code: expected, message, cause })
})

test('returns AppErrors and internal errors as they are', () => {
  const others = [
    new AppError('cancelled', verbatim('Stopped.'), { cause: systemError('ENOSPC') }),
    new TypeError('no'),
    systemError('ERR_INVALID_ARG_TYPE'),
    systemError('SQLITE_FULL'),
    'ENOSPC',
  ]
  for (const error of others) expect(toAppError(error, messages)).toBe(error)
})
