// Downloads from a server that behaves like the hub: what is asked for, what ends up on disk, what survives.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { InstallProgress } from '../../../../electron/core/models/catalogue/install.ts'
import { readModelFolder } from '../../../../models/model-folder.ts'
import { hubCommit } from '../../../helpers/hub-server.ts'
import { mount } from '../../../helpers/mount.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { setUpInstall, startTinyHub, tinyEntry, weightsOf } from './helpers.ts'

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const read = (folder: string, name: string) => readFile(path.join(folder, name))

test('installs the whole model under its own name, with a note of its source', async () => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  const progress: InstallProgress[] = []
  const folder = await run({ onProgress: (now) => progress.push(now) })
  expect(await readdir(modelsDir)).toEqual(['tiny'])
  expect((await readdir(folder)).sort()).toEqual(['config.json', 'labelroom.json', 'model.safetensors'])
  for (const name of tinyEntry.files) expect(await read(folder, name)).toEqual(hub.files.get(name))
  const note = JSON.parse((await read(folder, 'labelroom.json')).toString()) as object
  const weights = weightsOf(hub)
  expect(note).toMatchObject({ id: 'tiny', repository: 'someone/tiny', revision: hubCommit })
  expect(note).toHaveProperty('files.1.hash', sha256(weights))
  expect(await readModelFolder(folder)).toMatchObject({ name: 'tiny', classes: 7 })
  const totalBytes = weights.length + (hub.files.get('config.json')?.length ?? 0)
  expect(progress.at(-1)).toEqual({ file: 'model.safetensors', doneBytes: totalBytes, totalBytes })
  expect(progress.map(({ doneBytes }) => doneBytes)).toEqual(
    progress.map(({ doneBytes }) => doneBytes).toSorted((a, b) => a - b),
  )
})

test('resolves the newest commit once without a pinned one, and takes all files from it', async () => {
  const hub = await startTinyHub()
  await setUpInstall(hub.url).run()
  const asked = hub.log.filter((line) => line.includes(' /someone/'))
  expect(asked[0]).toBe('HEAD /someone/tiny/resolve/main/config.json')
  expect(asked.slice(1).every((line) => line.includes(`/resolve/${hubCommit}/`))).toBe(true)
})

test('requests no commit but the pinned one', async () => {
  const hub = await startTinyHub()
  const revision = 'fedcba9876543210fedcba9876543210fedcba98'
  await setUpInstall(hub.url).run({ entry: { ...tinyEntry, revision } })
  const asked = hub.log.filter((line) => line.includes(' /someone/'))
  expect(asked.every((line) => line.includes(`/resolve/${revision}/`))).toBe(true)
})

test('reconnects and resumes after a connection that breaks in the middle', async () => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  const weights = weightsOf(hub)
  const half = weights.length >> 1
  const partial = path.join(modelsDir, 'tiny.partial', `${sha256(weights)}.partial`)
  hub.misbehave = ({ method, headers, url }, response) => {
    if (method !== 'GET' || url !== '/model.safetensors' || headers.range !== undefined) return false
    response.writeHead(200, { 'content-length': weights.length }).write(weights.subarray(0, half))
    // Bytes that are still on their way would be lost with the connection.
    void expect
      .poll(async () => (await stat(partial).catch(() => null))?.size, { timeout: 30_000 })
      .toBe(half)
      .finally(() => response.destroy())
    return true
  }
  const folder = await run()
  expect(await read(folder, 'model.safetensors')).toEqual(weights)
  expect(hub.log.filter((line) => line.startsWith('store GET'))).toEqual([
    'store GET /model.safetensors',
    `store GET /model.safetensors bytes=${half}-`,
  ])
})

test('keeps what a stopped download has, and downloads only the rest next time', async () => {
  const hub = await startTinyHub()
  const weights = weightsOf(hub)
  const half = weights.length >> 1
  hub.misbehave = ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length })
    // The rest never comes.
    response.write(weights.subarray(0, half))
    return true
  }
  const { modelsDir, run } = setUpInstall(hub.url)
  const abort = new AbortController()
  const configBytes = hub.files.get('config.json')?.length ?? 0
  const stopped = run({
    signal: abort.signal,
    onProgress: ({ doneBytes }) => {
      if (doneBytes === configBytes + half) abort.abort()
    },
  })
  await expect(stopped).rejects.toThrow(/abort/)
  expect(await readdir(modelsDir)).toEqual(['tiny.partial'])
  hub.misbehave = null
  hub.log.length = 0
  const sentBefore = hub.sentBytes()
  const folder = await run()
  expect(await read(folder, 'model.safetensors')).toEqual(weights)
  expect(hub.log).toContain(`store GET /model.safetensors bytes=${half}-`)
  expect(hub.sentBytes() - sentBefore).toBe(weights.length - half)
})

test('starts from zero with a server that ignores the range', async () => {
  const hub = await startTinyHub()
  const weights = weightsOf(hub)
  const { modelsDir, run } = setUpInstall(hub.url)
  const work = path.join(modelsDir, 'tiny.partial')
  await mkdir(work, { recursive: true })
  const partial = `${sha256(weights)}.partial`
  await writeFile(path.join(work, partial), weights.subarray(0, 1000))
  hub.misbehave = ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length }).end(weights)
    return true
  }
  expect(await read(await run(), 'model.safetensors')).toEqual(weights)
})

test('deletes the partial files of another version', async () => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  const work = path.join(modelsDir, 'tiny.partial')
  await mkdir(work, { recursive: true })
  await writeFile(path.join(work, `${'0'.repeat(64)}.partial`), 'old')
  await writeFile(path.join(work, 'config.json'), '{"of": "another version"}')
  const folder = await run()
  expect((await readdir(folder)).sort()).toEqual(['config.json', 'labelroom.json', 'model.safetensors'])
  expect(await read(folder, 'config.json')).toEqual(hub.files.get('config.json'))
})

test('does not touch a folder in the way', async () => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  await mkdir(path.join(modelsDir, 'tiny'), { recursive: true })
  await writeFile(path.join(modelsDir, 'tiny', 'mine.txt'), 'mine')
  await expect(run()).rejects.toMatchObject({ code: 'output-unwritable' })
  expect((await read(path.join(modelsDir, 'tiny'), 'mine.txt')).toString()).toBe('mine')
})

test('fails for too little space before downloading anything', async () => {
  const folder = tempFolder()
  if (!mount('the check of disk space', folder, ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs'])) return
  const hub = await startTinyHub()
  const { run } = setUpInstall(hub.url, {}, folder)
  await expect(run()).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(
      /not enough space for Tiny ViT in .*models: \d+ MB more are needed/,
    ) as string,
  })
  expect(hub.log.filter((line) => line.includes('GET'))).toEqual([])
})

test('uses the proxy of the environment, except for the hosts of NO_PROXY', async () => {
  const hub = await startTinyHub()
  const seen: string[] = []
  const proxy = http.createServer((request, response) => {
    const { method, url = '', headers } = request
    seen.push(url)
    request.pipe(
      http.request(url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      }),
    )
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const proxyEnv = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
  await setUpInstall(hub.url, { proxyEnv }).run()
  expect(seen).toContain(`${hub.url}/someone/tiny/resolve/main/config.json`)
  expect(seen.some((url) => url.endsWith('/model.safetensors') && !url.startsWith(hub.url))).toBe(true)
  seen.length = 0
  const direct = setUpInstall(hub.url, { proxyEnv: { ...proxyEnv, NO_PROXY: '127.0.0.1' } })
  expect((await stat(await direct.run())).isDirectory()).toBe(true)
  expect(seen).toEqual([])
})

test('tunnels https through the proxy to the hub', async () => {
  const tunnels: (string | undefined)[] = []
  const proxy = http.createServer().on('connect', ({ url }, socket) => {
    tunnels.push(url)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const proxyEnv = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
  const { run } = setUpInstall('https://hub.test', { proxyEnv })
  await expect(run()).rejects.toMatchObject({
    code: 'offline',
    message: expect.stringMatching(
      /^hub\.test cannot be reached \(.+\)\. Check the network and the proxy/,
    ) as string,
  })
  expect(tunnels).toEqual(['hub.test:443'])
})
