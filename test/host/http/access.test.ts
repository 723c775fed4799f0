// Who gets in at the loopback host: our own page of this machine's browser with the token, and nobody else.
import { expect, test } from 'vitest'
import { startTestHost } from '../../helpers/http-host.ts'

test('serves the page without a session, with security headers and without caching', async () => {
  const { send } = await startTestHost()
  const page = await send('GET', '/')
  expect(page.status).toBe(200)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  expect(page.headers['access-control-allow-origin']).toBeUndefined()
  expect(page.headers['cache-control']).toBe('no-cache')
  expect((await send('GET', '/assets/index-1a2b.js')).headers['cache-control']).toContain('immutable')
})

test('opens a session for the token with an HttpOnly, same-site cookie', async () => {
  const { send, port, token, logIn, call } = await startTestHost()
  const headers = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' }
  const opened = await send('POST', '/session', headers, JSON.stringify({ token }))
  expect(opened.status).toBe(204)
  expect(opened.headers['set-cookie']?.[0]).toMatch(
    /^labelroom-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
  )
  const reply = await call(await logIn(), 'library.summary', {})
  expect(JSON.parse(reply.body)).toMatchObject({ ok: true, output: { files: 0 } })
})

test.each([{ token: 'wrong' }, { token: '' }, { token: null }, {}, [], 'text'])(
  'opens no session for the token %j',
  async (body) => {
    const { send, port } = await startTestHost()
    const headers = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' }
    const answer = await send('POST', '/session', headers, JSON.stringify(body))
    expect(answer.status).toBe(401)
    expect(answer.headers['set-cookie']).toBeUndefined()
  },
)

test.each([
  ['POST', '/rpc'],
  ['GET', '/events'],
  ['GET', '/picture/grid/1'],
])('%s %s needs the cookie', async (method, path) => {
  const { send, port } = await startTestHost()
  const headers = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' }
  expect((await send(method, path, headers)).status).toBe(401)
  const cookie = `labelroom-${port}=${'x'.repeat(43)}`
  expect((await send(method, path, { ...headers, cookie })).status).toBe(401)
})

test.each(['evil.example', '127.0.0.1', 'localhost', '127.0.0.1:1', '[::1]:80', '127.0.0.1.evil.example'])(
  'rejects the foreign Host %s, also for the page',
  async (host) => {
    const { send, logIn } = await startTestHost()
    const headers = { ...(await logIn()), host }
    expect((await send('GET', '/', { host })).status).toBe(421)
    expect((await send('POST', '/rpc', headers, '{}')).status).toBe(421)
  },
)

test('accepts localhost with the port as Host', async () => {
  const { send, port } = await startTestHost()
  expect((await send('GET', '/', { host: `localhost:${port}` })).status).toBe(200)
})

test.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost.evil.example'])(
  'rejects a request from the origin %s, also with the cookie',
  async (origin) => {
    const { send, logIn, call } = await startTestHost()
    const headers = { ...(await logIn()), origin }
    expect((await call(headers, 'library.summary', {})).status).toBe(403)
    expect((await send('GET', '/events', headers)).status).toBe(403)
  },
)

test('rejects the origin localhost for the Host 127.0.0.1', async () => {
  const { call, logIn, port } = await startTestHost()
  const headers = { ...(await logIn()), origin: `http://localhost:${port}` }
  expect((await call(headers, 'library.summary', {})).status).toBe(403)
})

test.each(['cross-site', 'same-site'])('rejects Sec-Fetch-Site %s, also for pictures', async (site) => {
  const { send, logIn } = await startTestHost()
  const { cookie = '' } = await logIn()
  expect((await send('GET', '/picture/grid/1', { cookie, 'sec-fetch-site': site })).status).toBe(403)
})

test('rejects a call without an origin', async () => {
  const { call, logIn } = await startTestHost()
  const { cookie = '' } = await logIn()
  const bare = { cookie, 'content-type': 'application/json' }
  expect((await call(bare, 'library.summary', {})).status).toBe(403)
  expect((await call({ ...bare, 'sec-fetch-site': 'none' }, 'library.summary', {})).status).toBe(403)
  expect((await call({ ...bare, 'sec-fetch-site': 'same-origin' }, 'library.summary', {})).status).toBe(200)
})

test('rejects what a form of a foreign page could send', async () => {
  const { call, logIn } = await startTestHost()
  const headers = { ...(await logIn()), 'content-type': 'text/plain' }
  expect((await call(headers, 'library.summary', {})).status).toBe(415)
})

test('answers no preflight and allows no other origin', async () => {
  const { send, logIn } = await startTestHost()
  const headers = { ...(await logIn()), 'access-control-request-method': 'POST' }
  const answer = await send('OPTIONS', '/rpc', headers)
  expect(answer.status).toBe(405)
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('cuts off a request that is too large', async () => {
  const { call, logIn, port, send } = await startTestHost()
  const headers = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' }
  const large = JSON.stringify({ token: 'x'.repeat(5000) })
  expect((await send('POST', '/session', headers, large)).status).toBe(413)
  expect((await call(await logIn(), 'library.summary', 'x'.repeat(9_000_000))).status).toBe(413)
})
