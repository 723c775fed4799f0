// Downloads through the contract: the list, the events, joining and cancelling, and the model in the library.
import path from 'node:path'
import { expect, test } from 'vitest'
import type { DownloadProgress } from '../../../../electron/contract/models.ts'
import { catalogue } from '../../../../models/catalogue/catalogue.ts'
import { openTestCore } from '../../../helpers/core.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { startTinyHub, weightsOf } from './helpers.ts'

async function setUp() {
  const folder = tempFolder()
  const hub = await startTinyHub()
  const { core, client, close } = openTestCore(folder, { hub: { baseUrl: hub.url } })
  const progress: DownloadProgress[] = []
  core.events.subscribe('download.progress', (event) => progress.push(event))
  const stateOf = async (id: string) =>
    (await client.models.catalogue({})).find((entry) => entry.id === id)?.state
  return { folder, hub, core, client, close, progress, stateOf }
}

test('lists the catalogue, and has the model in the library after a download', async () => {
  const { folder, hub, client, progress, stateOf } = await setUp()
  expect(await client.models.catalogue({})).toHaveLength(catalogue.length)
  expect(await stateOf('food')).toBe('available')
  const model = await client.models.download({ id: 'food' })
  expect(model).toMatchObject({ name: 'food', classes: 7, path: path.join(folder, 'models', 'food') })
  expect(await client.models.list({})).toEqual([model])
  expect((await client.models.info({ model: 'food' })).labels).toEqual([
    'ant',
    'bee',
    'cat',
    'dog',
    'elk',
    'fox',
    'gnu',
  ])
  expect(await stateOf('food')).toBe('installed')
  const totalBytes = [...hub.files.values()].reduce((sum, { length }) => sum + length, 0)
  expect(progress.at(-1)).toMatchObject({ id: 'food', doneBytes: totalBytes, totalBytes, etaMs: 0 })
  expect(progress.at(-1)?.bytesPerSecond).toBeGreaterThan(0)
})

test('adds an installed model without the network', async () => {
  const { hub, client } = await setUp()
  const { id } = await client.models.download({ id: 'food' })
  await client.models.remove({ id })
  hub.log.length = 0
  expect(await client.models.download({ id: 'food' })).toMatchObject({ name: 'food' })
  expect(hub.log).toEqual([])
})

test('answers a second request with the running download', async () => {
  const { hub, client } = await setUp()
  const [one, other] = await Promise.all([
    client.models.download({ id: 'food' }),
    client.models.download({ id: 'food' }),
  ])
  expect(one).toEqual(other)
  expect(hub.log.filter((line) => line === 'store GET /model.safetensors')).toHaveLength(1)
})

test('fails a cancelled download as resumable, also when the core closes', async () => {
  const { hub, client, close, stateOf } = await setUp()
  const weights = weightsOf(hub)
  hub.misbehave = ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length }).write(weights.subarray(0, 100))
    return true
  }
  const download = client.models.download({ id: 'food' })
  const cancelled = expect(download).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(() => hub.log.at(-1)).toBe('store GET /model.safetensors')
  expect(await stateOf('food')).toBe('downloading')
  await client.models.cancelDownload({ id: 'food' })
  await cancelled
  expect(await stateOf('food')).toBe('available')
  const again = client.models.download({ id: 'food' })
  const closed = expect(again).rejects.toMatchObject({ code: 'cancelled' })
  await close()
  await closed
})

test('refuses an unknown id, and ignores cancelling without a download', async () => {
  const { client } = await setUp()
  await expect(client.models.download({ id: 'nosuch' })).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringContaining('nosuch is neither a path nor a model of the catalogue') as string,
  })
  await expect(client.models.cancelDownload({ id: 'nosuch' })).resolves.toEqual({})
})
