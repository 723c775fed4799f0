// The question for a newer version: asked only where the build names a place and the user allows it, and never trusted far.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkForUpdate, compareVersions, isOfFeed } from '../../electron/main/updates.ts'

async function serve(answer: string, status = 200, headers: Record<string, string> = {}) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.writeHead(status, headers).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, feed: `${origin}/newest.json`, requests }
}
const check = (feed: string | null, isAllowed = true) =>
  checkForUpdate({ feed, version: '0.1.0', isAllowed: () => isAllowed })

test('without consent, or without a feed, no request is made', async () => {
  const { feed, requests } = await serve('{}')
  expect(await check(feed, false)).toEqual({ state: 'not-allowed' })
  expect(await check(null)).toEqual({ state: 'none-offered' })
  expect(await check(feed.replace('127.0.0.1', 'localhost'))).toEqual({ state: 'none-offered' })
  expect(requests).toEqual([])
})

test('tells of a newer version with its page, and sends nothing by which users differ', async () => {
  const server = await serve('', 200)
  const url = `${server.origin}/releases/0.2.0`
  const { feed, requests } = await serve(JSON.stringify({ version: '0.2.0', url }))
  // The page is of another site than the feed.
  expect(await check(feed)).toEqual({ state: 'failed' })
  const own = new URL('/releases/0.2.0', feed).href
  const again = await serve(JSON.stringify({ version: '0.2.0', url: own }))
  expect(await check(again.feed)).toEqual({ state: 'failed' })
  expect(requests[0]?.url).toBe('/newest.json')
  const { host, ...headers } = requests[0]?.headers ?? {}
  expect(host).toBe(new URL(feed).host)
  expect(headers).toMatchObject({ 'user-agent': 'Labelroom' })
  expect(Object.keys(headers).filter((name) => !standard.has(name))).toEqual([])
})
/** What every request of Node has. */
const standard = new Set(
  'connection user-agent accept accept-language accept-encoding sec-fetch-mode'.split(' '),
)

test('is current for the same and older versions, and fails on every other answer', async () => {
  const stateOf = async (answer: string, status = 200, headers = {}) => {
    const { feed } = await serve(answer, status, headers)
    return (await check(feed)).state
  }
  const saying = async (version: string) => {
    const server = createServer((request, response) => {
      response.end(JSON.stringify({ version, url: `http://${request.headers.host ?? ''}/new` }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return (await check(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).state
  }
  expect(await saying('0.1.0')).toBe('current')
  expect(await saying('0.0.9')).toBe('current')
  expect(await saying('0.1.0-beta.1')).toBe('current')
  expect(await saying('0.1.1')).toBe('newer')
  expect(await saying('newest')).toBe('failed')
  expect(await stateOf('<html>')).toBe('failed')
  expect(await stateOf('{}', 500)).toBe('failed')
  expect(await stateOf('', 302, { location: 'http://127.0.0.1:9/' })).toBe('failed')
  expect(await stateOf(`{"version":"9.0.0","url":"${'x'.repeat(20_000)}"}`)).toBe('failed')
})

test('orders versions by number, and opens pages of the feed’s site alone', () => {
  expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0)
  expect(compareVersions('1.0.0-rc.1', '1.0.0')).toBeLessThan(0)
  const feed = 'https://updates.example/newest.json'
  expect(isOfFeed('https://updates.example/new', feed)).toBe(true)
  expect(isOfFeed('http://updates.example/new', feed)).toBe(false)
  expect(isOfFeed('https://other.example/new', feed)).toBe(false)
  expect(isOfFeed('https://updates.example/new', null)).toBe(false)
})
