// The exit code and the sentence of a command that ends early.
import { expect, test } from 'vitest'
import { explainFailure, UsageError } from '../../electron/cli/exit-codes.ts'
import { AppError } from '../../electron/contract/errors.ts'
import { verbatim } from '../../electron/texts/message.ts'

test.each([
  [new UsageError('Write it as 3/64.'), 1, 'Write it as 3/64.'],
  [new AppError('not-found', verbatim('There is no library.')), 3, 'There is no library.'],
  // What a stopped call leaves behind, only the call knows.
  [new AppError('cancelled', verbatim('What was merged stays.')), 130, 'What was merged stays.'],
  [new Error('boom'), 3, 'Labelroom stopped on an unexpected error: boom'],
])('gives %o the exit code %i and one sentence', (error, code, message) => {
  expect(explainFailure(error)).toEqual({ code, message })
})
