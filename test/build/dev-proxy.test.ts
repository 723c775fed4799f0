// What the development server passes on to the loopback host.
import { expect, test } from 'vitest'
import { forwardHeaders } from '../../build/dev-proxy.ts'
import { refuseForeign } from '../../electron/host/http/guard.ts'

const forward = (host: string, origin?: string) =>
  forwardHeaders({ host, ...(origin !== undefined && { origin }) }, 5173, 4000)
const refusal = (host: string, origin?: string) => {
  const forwarded = forward(host, origin)
  return refuseForeign(
    {
      ...(forwarded.host !== undefined && { host: forwarded.host }),
      ...(forwarded.origin !== undefined && { origin: forwarded.origin }),
    },
    'POST',
    4000,
  )
}

test('passes calls of its own page on under the name of the host', () => {
  expect(forward('localhost:5173', 'http://localhost:5173')).toEqual({
    host: 'localhost:4000',
    origin: 'http://localhost:4000',
  })
  expect(refusal('127.0.0.1:5173', 'http://127.0.0.1:5173')).toBeNull()
})

test.each([
  ['another origin', '127.0.0.1:5173', 'http://evil.example'],
  ['another port of this machine', '127.0.0.1:5173', 'http://127.0.0.1:8080'],
  ['an opaque origin', '127.0.0.1:5173', 'null'],
  ['no origin', '127.0.0.1:5173', undefined],
])('leaves a call from %s to be refused by the host', (_name, host, origin) => {
  expect(refusal(host, origin)).toMatchObject({ status: 403 })
})

test('leaves a foreign host name to be refused by the host', () => {
  expect(refusal('evil.example:5173', 'http://evil.example:5173')).toMatchObject({ status: 421 })
})
