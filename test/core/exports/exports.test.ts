// Exports as calls of the core: preview, progress, cancelling.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ExportProgress } from '../../../electron/contract/exports.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function setUp() {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 40)
  await mkdir(path.join(home, 'library'))
  const { core, client, close } = openTestCore(path.join(home, 'library'))
  await client.library.scan({ folders: [photos] })
  const files = await client.photos.list({ folder: photos })
  const photoIds = files.flatMap(({ photoId }) => photoId ?? [])
  await client.labels.confirm({ photoIds: photoIds.slice(0, 20), name: 'ant' })
  await client.labels.confirm({ photoIds: photoIds.slice(20, 30), name: 'bee' })
  return { home, core, client, close, photoIds }
}

const request = { format: 'imagefolder' as const, split: { train: 80, val: 10, test: 10 }, seed: 1 }

test('previews what the export then does', async () => {
  const { home, client } = await setUp()
  const folder = path.join(home, 'dataset')
  const { counts, rows } = await client.exports.preview({ request, limit: 7 })
  expect(await readdir(home)).toEqual(['library', 'photos'])
  expect(rows).toHaveLength(7)
  expect(counts).toMatchObject({ files: 40, exported: 30, splits: { train: 24, val: 3, test: 3 } })
  expect(await client.exports.dataset({ request, folder })).toEqual({ folder, ...counts })
  for (const { fileName } of rows)
    expect(await readdir(path.dirname(path.join(folder, fileName)))).not.toEqual([])
})

test('emits progress from reading to all files written', async () => {
  const { home, core, client } = await setUp()
  const seen: ExportProgress[] = []
  core.events.subscribe('export.progress', (progress) => seen.push(progress))
  const folder = path.join(home, 'dataset')
  await client.exports.dataset({ request, folder })
  expect(new Set(seen.map(({ stage }) => stage))).toEqual(new Set(['reading', 'comparing', 'writing']))
  expect(seen.at(-1)).toMatchObject({ path: folder, stage: 'writing', done: 30, total: 30 })
  const file = path.join(home, 'labels.csv')
  await client.exports.write({ request: {}, file })
  expect(seen.at(-1)).toMatchObject({ path: file, stage: 'writing', done: 40, total: 40 })
})

test('keeps the old table when an export is cancelled, and nothing beside it', async () => {
  const { home, core, client, close } = await setUp()
  const file = path.join(home, 'labels.csv')
  await writeFile(file, 'old')
  let stop = (): void => void client.exports.cancel({ path: file })
  core.events.subscribe('export.progress', () => {
    stop()
  })
  const stopped = { code: 'cancelled', message: expect.stringContaining(file) as string }
  await expect(client.exports.write({ request: {}, file, overwrite: true })).rejects.toMatchObject(stopped)
  stop = () => void close()
  await expect(client.exports.write({ request: {}, file, overwrite: true })).rejects.toMatchObject(stopped)
  expect(await readFile(file, 'utf8')).toBe('old')
  expect(await readdir(home)).toEqual(['labels.csv', 'library', 'photos'])
})

test('leaves nothing of an export that is cancelled, or running when the core closes', async () => {
  const { home, core, client, close } = await setUp()
  const folder = path.join(home, 'dataset')
  let stop: () => void = () => undefined
  core.events.subscribe('export.progress', ({ stage }) => {
    if (stage === 'writing') stop()
  })
  stop = () => void client.exports.cancel({ path: folder })
  await expect(client.exports.dataset({ request, folder })).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(home)).toEqual(['library', 'photos'])
  stop = () => void close()
  await expect(client.exports.dataset({ request, folder })).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(home)).toEqual(['library', 'photos'])
})

test('refuses a second export into one folder, and finishes the first', async () => {
  const { home, client } = await setUp()
  const folder = path.join(home, 'dataset')
  const first = client.exports.dataset({ request, folder })
  await expect(client.exports.dataset({ request, folder })).rejects.toThrow(/is being written already/)
  expect((await first).exported).toBe(30)
})

test('exports labels as text, of the whole library or of chosen photos', async () => {
  const { client, photoIds } = await setUp()
  const rowsOf = async (wanted: object) => {
    const { text } = await client.exports.chunk({ request: { format: 'kaggle', ...wanted }, cursor: null })
    return text.trim().split('\r\n').slice(1)
  }
  expect(await rowsOf({})).toHaveLength(30)
  expect(await rowsOf({ photoIds: photoIds.slice(18, 22) })).toEqual([
    expect.stringMatching(/,ant$/),
    expect.stringMatching(/,ant$/),
    expect.stringMatching(/,bee$/),
    expect.stringMatching(/,bee$/),
  ])
})

test('exports annotations of photos that no model has labelled', async () => {
  const { home, client } = await setUp()
  const { text } = await client.exports.chunk({
    request: { folders: [path.join(home, 'photos')] },
    cursor: null,
  })
  const rows = parseCsv(text)
  expect(rows.filter(({ label, status }) => label === 'ant' && status === 'labelled')).toHaveLength(20)
  expect(rows.filter(({ status }) => status === 'pending')).toHaveLength(10)
})
