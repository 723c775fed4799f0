// Nothing but the page's own files and cached pictures can be read, by no spelling, through no link, after no swap.
import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { CurrentCore } from '../../../electron/host/current-core.ts'
import { startTestHost } from '../../helpers/http-host.ts'

/** The core names this file for every picture. */
const answering =
  (picture: () => { file: string; contentType: string }) =>
  (slot: CurrentCore): CurrentCore => ({
    ...slot,
    request: (request) =>
      request.method === 'photos.picture'
        ? Promise.resolve({ ok: true, output: picture() })
        : slot.request(request),
  })

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..\\..\\secret.txt',
  '//etc/passwd',
  '/assets/%00.js',
  '/.hidden.json',
  '/secret.txt',
  '/assets',
  '/assets/',
])('the page has no file %s', async (urlPath) => {
  const { send, folder, pageFolder } = await startTestHost()
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
  writeFileSync(path.join(folder, 'secret.json'), 'secret')
  writeFileSync(path.join(pageFolder, '.hidden.json'), 'secret')
  const answer = await send('GET', urlPath)
  expect(answer.status).toBe(404)
  expect(answer.body).not.toContain('secret')
})

test('follows no link in the page folder', async () => {
  const { send, folder, pageFolder } = await startTestHost()
  writeFileSync(path.join(folder, 'secret.json'), 'secret')
  symlinkSync(path.join(folder, 'secret.json'), path.join(pageFolder, 'assets', 'link.json'))
  symlinkSync(folder, path.join(pageFolder, 'up'))
  expect((await send('GET', '/assets/link.json')).status).toBe(404)
  expect((await send('GET', '/up/secret.json')).status).toBe(404)
})

test('sends a picture with its type and an ETag that revalidates', async () => {
  let file = ''
  const host = await startTestHost(answering(() => ({ file, contentType: 'image/webp' })))
  file = path.join(host.cacheDir, 'ab.webp')
  writeFileSync(file, 'picture')
  const { cookie = '' } = await host.logIn()
  const answer = await host.send('GET', '/picture/grid/1', { cookie })
  expect(answer).toMatchObject({ status: 200, body: 'picture' })
  expect(answer.headers).toMatchObject({
    'content-type': 'image/webp',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'Cookie',
  })
  const again = { cookie, 'if-none-match': answer.headers.etag ?? '' }
  expect(await host.send('GET', '/picture/grid/1', again)).toMatchObject({ status: 304, body: '' })
})

test.each([
  '/picture/huge/1',
  '/picture/grid/0',
  '/picture/grid/1e3',
  '/picture/grid/..%2f1',
  '/picture/grid/1/2',
])('there is no picture %s', async (urlPath) => {
  const host = await startTestHost(answering(() => ({ file: '/etc/passwd', contentType: 'image/webp' })))
  const { cookie = '' } = await host.logIn()
  expect((await host.send('GET', urlPath, { cookie })).status).toBe(404)
})

test('answers 404 for an unknown photo, also where its number is beyond all numbers', async () => {
  const host = await startTestHost()
  const { cookie = '' } = await host.logIn()
  for (const id of ['999', '9007199254740991', '9999999999999999'])
    expect((await host.send('GET', `/picture/grid/${id}`, { cookie })).status).toBe(404)
})

test('sends no file outside the cache', async () => {
  let picture = { file: '', contentType: 'image/webp' }
  const host = await startTestHost(answering(() => picture))
  const { cookie = '' } = await host.logIn()
  const get = async (file: string, contentType = 'image/webp') => {
    picture = { file, contentType }
    return (await host.send('GET', '/picture/grid/1', { cookie })).status
  }
  const secret = path.join(host.folder, 'secret.webp')
  writeFileSync(secret, 'secret')
  const inside = path.join(host.cacheDir, 'inside.webp')
  writeFileSync(inside, 'picture')
  expect(await get(inside)).toBe(200)
  expect(await get(inside, 'text/html')).toBe(404)
  expect(await get(secret)).toBe(404)
  expect(await get(`${host.cacheDir}/../secret.webp`)).toBe(404)
  expect(await get(host.cacheDir)).toBe(404)
  expect(await get(`${host.cacheDir}/absent.webp`)).toBe(404)
  const link = path.join(host.cacheDir, 'link.webp')
  symlinkSync(secret, link)
  expect(await get(link)).toBe(404)
})

test('sends no picture that was swapped for a link', async () => {
  let file = ''
  const host = await startTestHost(answering(() => ({ file, contentType: 'image/webp' })))
  const { cookie = '' } = await host.logIn()
  file = path.join(host.cacheDir, 'ab.webp')
  writeFileSync(file, 'picture')
  expect((await host.send('GET', '/picture/grid/1', { cookie })).status).toBe(200)
  writeFileSync(path.join(host.folder, 'secret.webp'), 'secret')
  symlinkSync(path.join(host.folder, 'secret.webp'), path.join(host.cacheDir, 'new'))
  renameSync(path.join(host.cacheDir, 'new'), file)
  expect(await host.send('GET', '/picture/grid/1', { cookie })).toMatchObject({ status: 404 })
})
