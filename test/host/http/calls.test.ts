// What the loopback host answers: calls of the core and the shell, events, another library, a clean end.
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { expect, test } from 'vitest'
import { rememberLibrary } from '../../../electron/host/recent-libraries.ts'
import { startTestHost, type TestHttpHost } from '../../helpers/http-host.ts'
import { writePhotos } from '../../helpers/photos.ts'

/** Connects to `/events`; `next` waits for the first event of that name for which `isIt` holds. */
async function listen({ port }: TestHttpHost, headers: Record<string, string>) {
  const request = http.get({ host: '127.0.0.1', port, path: '/events', headers })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const events: { name: string; data: unknown }[] = []
  let text = ''
  let wake: () => void = () => undefined
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const match = /^event: (.*)\ndata: (.*)$/s.exec(part)
      if (match !== null) events.push({ name: match[1] ?? '', data: JSON.parse(match[2] ?? '') })
    }
    wake()
  })
  const next = async (name: string, isIt: (data: unknown) => boolean) => {
    for (;;) {
      const found = events.find((event) => event.name === name && isIt(event.data))
      if (found !== undefined) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { response, next }
}

test('routes calls to core and shell, and rejects unknown ones and bad JSON', async () => {
  const host = await startTestHost()
  const headers = await host.logIn()
  const answer = async (method: string, input: unknown) =>
    JSON.parse((await host.call(headers, method, input)).body) as unknown
  expect(await answer('library.folders', {})).toEqual({ ok: true, output: [] })
  expect(await answer('shell.info', {})).toMatchObject({
    ok: true,
    output: { host: 'browser', libraryFile: `${host.folder}/library.db`, dataFolder: host.folder },
  })
  expect(await answer('shell.pickFolder', { title: 'Add' })).toEqual({ ok: true, output: { path: null } })
  expect(await answer('shell.openExternal', { url: 'https://huggingface.co' })).toMatchObject({ ok: false })
  expect(await answer('shell.none', {})).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  expect((await host.send('POST', '/rpc', headers, '{"method":')).status).toBe(400)
  expect((await host.send('POST', '/rpc', headers, '[]')).status).toBe(400)
  const deep = await host.send('POST', '/rpc', headers, `"[{\\"",${'[{"a":'.repeat(1e6)}`)
  expect(deep).toMatchObject({ status: 400, body: 'The request is nested too deeply.\n' })
})

test('sends events to every subscribed page', async () => {
  const host = await startTestHost()
  const headers = await host.logIn()
  await writePhotos(path.join(host.folder, 'photos'), 3)
  const pages = [await listen(host, headers), await listen(host, headers)]
  await host.call(headers, 'library.scan', { folders: [`${host.folder}/photos`] })
  for (const page of pages)
    await page.next('scan.progress', (data) => (data as { files: number }).files === 3)
})

test('opens another library with another cookie and adds it to the recent ones', async () => {
  const host = await startTestHost()
  const headers = await host.logIn()
  const page = await listen(host, headers)
  const other = `${host.folder}/other.db`
  await rememberLibrary(host.folder, other)
  const opened = await host.call(headers, 'shell.openLibrary', { file: other })
  expect(JSON.parse(opened.body)).toEqual({ ok: true, output: {} })
  expect((await host.call(headers, 'library.summary', {})).status).toBe(401)
  const renewed = { ...headers, cookie: opened.headers['set-cookie']?.[0]?.split(';')[0] ?? '' }
  const summary = await host.call(renewed, 'library.summary', {})
  expect(JSON.parse(summary.body)).toMatchObject({ output: { file: other } })
  const recent = await host.call(renewed, 'shell.recentLibraries', {})
  expect(JSON.parse(recent.body)).toMatchObject({ output: [{ file: other }] })
  await writePhotos(path.join(host.folder, 'photos'), 1)
  await host.call(renewed, 'library.scan', { folders: [`${host.folder}/photos`] })
  await page.next('scan.progress', (data) => (data as { files: number }).files === 1)
})

test('keeps the open library when another one cannot be opened', async () => {
  const host = await startTestHost()
  const headers = await host.logIn()
  const file = path.join(host.pageFolder, 'index.html')
  await rememberLibrary(host.folder, file)
  const refused = JSON.parse((await host.call(headers, 'shell.openLibrary', { file })).body) as unknown
  expect(refused).toMatchObject({ ok: false, error: { code: 'library-corrupt' } })
  const summary = await host.call(headers, 'library.summary', {})
  expect(JSON.parse(summary.body)).toMatchObject({ output: { file: `${host.folder}/library.db` } })
})

test('ends the event streams on close', async () => {
  const host = await startTestHost()
  const { response } = await listen(host, await host.logIn())
  const ended = new Promise((resolve) => response.once('close', resolve))
  response.on('error', () => undefined)
  await host.close()
  await ended
})
