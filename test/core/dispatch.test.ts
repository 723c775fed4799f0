// The boundary: unknown calls, bad input, lying handlers and errors all become replies.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../electron/contract/errors.ts'
import { rpc } from '../../electron/contract/rpc.ts'
import { createDispatch } from '../../electron/core/dispatch.ts'
import { verbatim } from '../../electron/texts/message.ts'
import { saying } from '../helpers/messages.ts'

const contract = {
  photos: {
    double: rpc(z.object({ count: z.int().default(1) }), z.object({ count: z.int() })),
    fail: rpc(z.object({}), z.object({})),
    crash: rpc(z.object({}), z.object({})),
  },
} as const
const dispatch = createDispatch(contract, {
  photos: {
    double: ({ count }) => ({ count: count === 13 ? Number.NaN : 2 * count }),
    fail: () => Promise.reject(new AppError('not-found', verbatim('There is no photo 7.'))),
    crash: () => {
      throw new TypeError('x is undefined')
    },
  },
})

test('parses input, applies defaults, answers', async () => {
  expect(await dispatch({ method: 'photos.double', input: {} })).toEqual({ ok: true, output: { count: 2 } })
})

test.each([
  'photos.none',
  'none.double',
  'photos.double.x',
  'photos.double.',
  'photos',
  'constructor.name',
  '__proto__.toString',
  '',
])('refuses the unknown call %j', async (method) => {
  expect(await dispatch({ method, input: {} })).toMatchObject({ ok: false, error: { code: 'bad-request' } })
})

test('refuses bad input and names the field', async () => {
  const reply = await dispatch({ method: 'photos.double', input: { count: 'two' } })
  expect(reply).toMatchObject({
    ok: false,
    error: { code: 'bad-request', message: saying(expect.stringContaining('count')) },
  })
})

test('a handler whose answer breaks the contract is an error, not an answer', async () => {
  expect(await dispatch({ method: 'photos.double', input: { count: 13 } })).toMatchObject({ ok: false })
})

test('expected errors keep their code, unexpected ones are internal and carry no stack', async () => {
  expect(await dispatch({ method: 'photos.fail', input: {} })).toEqual({
    ok: false,
    error: { code: 'not-found', message: saying('There is no photo 7.') },
  })
  expect(await dispatch({ method: 'photos.crash', input: {} })).toEqual({
    ok: false,
    error: { code: 'internal', message: saying('x is undefined') },
  })
})

test('a mistake of ours goes to the log with where it came from; what is expected does not', async () => {
  const lines: string[] = []
  const logged = createDispatch(
    contract,
    {
      photos: {
        double: () => ({ count: 1 }),
        fail: () => Promise.reject(new AppError('not-found', verbatim('There is no photo 7.'))),
        crash: () => {
          throw new TypeError('x is undefined', { cause: new Error('deeper') })
        },
      },
    },
    (level, message) => lines.push(`${level} ${message}`),
  )
  await logged({ method: 'photos.fail', input: {} })
  await logged({ method: 'photos.crash', input: {} })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(
    /^error photos\.crash: TypeError: x is undefined\n.*dispatch\.test\.ts[^]*caused by Error: deeper/,
  )
})
