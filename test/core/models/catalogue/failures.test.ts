// Each way in which a download fails ends with its own code and one sentence, and leaves no half model.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { AppErrorCode } from '../../../../electron/contract/errors.ts'
import { fetchFile } from '../../../../electron/core/models/catalogue/fetch-file.ts'
import { describeFile } from '../../../../electron/core/models/catalogue/hub-file.ts'
import { createHub, defaultHubOptions } from '../../../../electron/core/models/catalogue/hub.ts'
import { isFile } from '../../../../models/checkpoint/files.ts'
import type { HubServer, Misbehaviour } from '../../../helpers/hub-server.ts'
import { mount } from '../../../helpers/mount.ts'
import { useUpQuota } from '../../../helpers/quota.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { setUpInstall, startTinyHub, weightsOf } from './helpers.ts'

const answer =
  (status: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_request, response) => {
    response.writeHead(status, headers).end()
    return true
  }

const cases: readonly (readonly [string, AppErrorCode, RegExp, (hub: HubServer) => void])[] = [
  ['a gated model', 'hub-forbidden', /logged in and agreed to its terms \(401\)/, misbehaving(answer(401))],
  ['a refusal', 'hub-forbidden', /\(403\)/, misbehaving(answer(403))],
  ['a missing file', 'hub-not-found', /has no someone\/tiny\/model\.safetensors \(404\)/, without('model')],
  [
    'a repository that is gone, which the hub hides behind 401',
    'hub-not-found',
    /\(401\); it was moved or withdrawn/,
    misbehaving(answer(401, { 'x-error-code': 'RepoNotFound' })),
  ],
  [
    'a hub that is always busy',
    'hub-busy',
    /fewer requests \(429\)/,
    misbehaving(answer(429, retryAfter('0'))),
  ],
  [
    'a hub that is busy for an hour',
    'hub-busy',
    /again in 60 min/,
    misbehaving(answer(429, retryAfter('3600'))),
  ],
  ['a broken hub', 'hub-failed', /answered 503/, misbehaving(answer(503))],
  ['no checksum', 'hub-failed', /no checksum/, misbehaving(answer(200))],
  [
    'redirects in circles',
    'hub-failed',
    /in circles/,
    misbehaving((request, response) => answer(307, { location: request.url ?? '' })(request, response)),
  ],
  [
    'a way out of https',
    'hub-failed',
    /only downloaded over https, but example\.test is to be asked over http/,
    onlyForGet(answer(302, { location: 'http://example.test/config.json' })),
  ],
  [
    'weights with wrong bytes',
    'checksum-mismatch',
    /model\.safetensors arrived with other bytes/,
    (hub) => hub.wrongBytes.set('model.safetensors', Buffer.from(weightsOf(hub)).fill(1, 5000, 5001)),
  ],
  [
    'a small file with wrong bytes',
    'checksum-mismatch',
    /config\.json arrived with other bytes/,
    (hub) => {
      const right = hub.files.get('config.json')?.toString() ?? ''
      // Only what is sent, not what is promised.
      onlyForGet((_request, response) => {
        response.end(right.replace('ant', 'tna'))
        return true
      })(hub)
    },
  ],
  [
    'more bytes than promised',
    'checksum-mismatch',
    /sent more of model\.safetensors than it promised/,
    (hub) => hub.wrongBytes.set('model.safetensors', Buffer.concat([weightsOf(hub), Buffer.alloc(1)])),
  ],
  [
    'a connection that always breaks',
    'offline',
    /broke again and again/,
    onlyForGet((request) => {
      request.socket.destroy()
      return true
    }),
  ],
]

function misbehaving(misbehaviour: Misbehaviour) {
  return (hub: HubServer) => {
    hub.misbehave = misbehaviour
  }
}
function onlyForGet(misbehaviour: Misbehaviour) {
  return misbehaving((request, response) => request.method === 'GET' && misbehaviour(request, response))
}
function without(name: string) {
  return (hub: HubServer) => void hub.files.delete(`${name}.safetensors`)
}
function retryAfter(value: string) {
  return { 'retry-after': value }
}

test.each(cases)('fails with one sentence for %s', async (_name, code, sentence, spoil) => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  spoil(hub)
  const failed = run()
  await expect(failed).rejects.toMatchObject({ name: 'AppError', code })
  await expect(failed).rejects.toThrow(sentence)
  expect(await readdir(modelsDir)).toEqual(['tiny.partial'])
  expect(hub.log.length).toBeLessThan(20)
  // It passes as soon as the hub behaves.
  hub.misbehave = null
  hub.wrongBytes.clear()
  if (!hub.files.has('model.safetensors')) return
  expect(await isFile(path.join(await run(), 'model.safetensors'))).toBe(true)
})

test('fails with offline where there is no connection', async () => {
  const { run } = setUpInstall('http://127.0.0.1:9')
  await expect(run()).rejects.toMatchObject({
    code: 'offline',
    message: expect.stringMatching(/^127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/) as string,
  })
})

test('refuses an invalid address', async () => {
  const { run } = setUpInstall('not an address')
  await expect(run()).rejects.toMatchObject({ code: 'bad-request' })
})

test('fails with disk-full when the disk fills up on the way', async () => {
  const folder = tempFolder()
  if (!mount('a disk that becomes full', folder, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs'])) return
  const { url } = await startTinyHub()
  const hub = createHub({ ...defaultHubOptions, baseUrl: url })
  onTestFinished(() => {
    hub.close()
  })
  const { signal } = new AbortController()
  const file = await describeFile(hub, 'someone/tiny', 'main', 'model.safetensors', signal)
  await expect(fetchFile(hub, file, folder, signal, () => undefined)).rejects.toMatchObject({
    code: 'disk-full',
    message: 'The disk became full while model.safetensors was downloaded. Free some space.',
  })
})

test('reports a quota that is used up on the way as a full disk', async () => {
  const { url } = await startTinyHub()
  const { run } = setUpInstall(url)
  await useUpQuota()
  await expect(run()).rejects.toMatchObject({ code: 'disk-full' })
})

test.each(['headers', 'body'])(
  'fails with a timeout when the hub is silent instead of sending %s',
  async (what) => {
    const hub = await startTinyHub()
    const { run } = setUpInstall(hub.url, { stallTimeoutMs: 50, retryDelaysMs: [] })
    onlyForGet((_request, response) => {
      if (what === 'body') response.writeHead(200, { 'content-length': 1000 }).write('a')
      return true
    })(hub)
    await expect(run()).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/has been silent for 0\.05 s/) as string,
    })
  },
)

test('retries a busy hub after its own delay, not after the default one', async () => {
  const hub = await startTinyHub()
  const { run } = setUpInstall(hub.url, { retryDelaysMs: [600_000, 600_000] })
  const waits = ['0', new Date().toUTCString()]
  hub.misbehave = (request, response) => {
    const wait = waits.shift()
    return wait !== undefined && answer(429, retryAfter(wait))(request, response)
  }
  expect(await isFile(path.join(await run(), 'model.safetensors'))).toBe(true)
  expect(waits).toEqual([])
})
