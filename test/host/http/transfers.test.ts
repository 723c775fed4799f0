// Tables go up and exports come down through private files of the host, which are few, bounded and gone at its end.
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createTransfers } from '../../../electron/host/http/transfers.ts'
import { removeAllLeftFiles } from '../../../electron/host/left-files.ts'
import { listWritten } from '../../../electron/core/outputs/written-files.ts'
import { writtenListFile } from '../../../electron/host/data-folder.ts'
import { startTestHost, type TestHttpHost } from '../../helpers/http-host.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function setUp() {
  const root = tempFolder()
  const photos = path.join(root, 'photos')
  await writePhotos(photos, 2)
  const host = await startTestHost((slot) => slot, [root])
  const headers = await host.logIn()
  const answer = async (method: string, input: unknown) =>
    JSON.parse((await host.call(headers, method, input)).body) as { ok: boolean; output: { path: string } }
  await answer('library.scan', { folders: [photos] })
  return { root, photos, host, headers, answer }
}

const upload = (host: TestHttpHost, headers: Record<string, string>, name: string, body: string) =>
  host.send(
    'POST',
    `/upload?name=${encodeURIComponent(name)}`,
    { ...headers, 'content-type': 'application/octet-stream' },
    body,
  )

const uploaded = (body: string) => (JSON.parse(body) as { output: { path: string } }).output.path

test('an uploaded table is imported, and errors call it by the name that the user knows', async () => {
  const { photos, host, headers, answer } = await setUp()
  const name = 'part 0/000.jpg'
  const file = uploaded(
    (await upload(host, headers, 'my labels.csv', `file_name,label\n${name},heron\n`)).body,
  )
  expect(file).toContain(`${host.folder}/transfers/`)
  if (process.platform !== 'win32') {
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(statSync(path.dirname(file)).mode & 0o077).toBe(0)
  }
  const input = { file, folder: photos, isApplied: true, taskId: '1' }
  expect(await answer('imports.labels', input)).toMatchObject({ ok: true, output: { changed: 1 } })
  const odd = uploaded((await upload(host, headers, '../"odd".csv', 'width,height\n1,2\n')).body)
  const reply = JSON.stringify(await answer('imports.labels', { ...input, file: odd }))
  expect(reply).toContain('_odd_.csv')
  expect(reply).not.toContain('transfers')
})

test('an export is downloaded under its name, and the list of written files does not grow', async () => {
  const { host, headers, answer } = await setUp()
  const { path: file } = (
    await answer('shell.pickSaveFile', { title: '', suggestedName: 'labels für Ö.csv' })
  ).output
  const address = `/download/${path.basename(path.dirname(file))}`
  expect((await host.send('GET', address, headers)).status).toBe(404)
  expect(await answer('exports.write', { request: {}, file })).toMatchObject({ output: { rows: 2 } })
  const download = await host.send('GET', address, headers)
  expect(download.status).toBe(200)
  expect(download.body.trimEnd().split('\n')).toHaveLength(3)
  expect(download.headers['content-disposition']).toBe(
    `attachment; filename*=UTF-8''${encodeURIComponent('labels für Ö.csv')}`,
  )
  expect(await listWritten(writtenListFile(host.folder))).toEqual([])
  await host.close()
  expect(existsSync(file)).toBe(false)
})

test('uploads and downloads want the session, the own page and bytes', async () => {
  const { host, headers } = await setUp()
  const { cookie = '', ...stranger } = headers
  expect((await upload(host, stranger, 'a.csv', 'x')).status).toBe(401)
  expect((await upload(host, { ...headers, origin: 'http://example.com' }, 'a.csv', 'x')).status).toBe(403)
  expect((await host.send('POST', '/upload?name=a.csv', headers, 'x')).status).toBe(415)
  expect((await host.send('GET', '/download/1', stranger)).status).toBe(401)
  const site = { cookie, 'sec-fetch-site': 'cross-site' }
  expect((await host.send('GET', '/download/1', site)).status).toBe(403)
  for (const odd of ['..', '%2e%2e%2flibrary.db', 'library.db', ''])
    expect((await host.send('GET', `/download/${odd}`, headers)).status).toBe(404)
})

test('only the last few uploads are kept', async () => {
  const { host, headers } = await setUp()
  const files: string[] = []
  for (let number = 0; number < 7; number++)
    files.push(uploaded((await upload(host, headers, `${number}.csv`, 'x')).body))
  expect(files.map((file) => existsSync(file))).toEqual([false, false, false, true, true, true, true])
})

test('what a killed host leaves is removed an hour later, and not before', async () => {
  const data = tempFolder()
  const file = await createTransfers(data).offer('labels.csv')
  await removeAllLeftFiles(data, `${data}/library.db`, tempFolder())
  expect(existsSync(path.dirname(file))).toBe(true)
  const old = new Date(Date.now() - 2 * 60 * 60_000)
  utimesSync(path.dirname(path.dirname(file)), old, old)
  await removeAllLeftFiles(data, `${data}/library.db`, tempFolder())
  expect(readdirSync(path.join(data, 'transfers'))).toEqual([])
})
