// Imports as calls of the core: progress, cancelling, one step that can be undone.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ImportProgress } from '../../../electron/contract/imports.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function setUp() {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 12)
  const { core, client, close } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const names = (await client.photos.list({ folder: photos })).map((file) => path.basename(file.path))
  const file = path.join(home, 'labels.csv')
  await writeFile(file, ['file,label', ...names.map((name, at) => `${name},label ${at % 3}`)].join('\n'))
  const seen: ImportProgress[] = []
  core.events.subscribe('import.progress', (progress) => seen.push(progress))
  const confirmed = async () =>
    (await client.labels.list({})).reduce((sum, label) => sum + label.confirmed, 0)
  return { core, client, close, confirmed, seen, csv: { file, folder: photos }, photos }
}

test('makes an import one step of the history, and changes nothing the second time', async () => {
  const { client, confirmed, csv } = await setUp()
  expect(await client.imports.labels({ ...csv, isApplied: true })).toMatchObject({ photos: 12, changed: 12 })
  expect(await confirmed()).toBe(12)
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'import', photos: 12 })
  expect(await client.imports.labels({ ...csv, isApplied: true })).toMatchObject({ photos: 12, changed: 0 })
  await client.history.undo({})
  expect(await confirmed()).toBe(0)
  expect((await client.history.state({})).undo).toBeNull()
})

test('emits progress by task, to the end of each stage', async () => {
  const { client, seen, csv, photos } = await setUp()
  await client.imports.labels(csv)
  expect(seen).toEqual([])
  await client.imports.labels({ ...csv, taskId: 'csv' })
  expect(seen.at(-1)).toMatchObject({ taskId: 'csv', stage: 'matching', share: 1 })
  await client.imports.folder({ folder: photos, taskId: 'folder' })
  expect(seen.at(-1)).toMatchObject({ taskId: 'folder', stage: 'matching', share: 1 })
  expect(seen.map(({ stage }) => stage)).toContain('finding')
})

test('saves nothing when it is cancelled, or running when the core closes', async () => {
  const { core, client, close, confirmed, csv, photos } = await setUp()
  let stop = (): void => void client.imports.cancel({ taskId: 'a' })
  core.events.subscribe('import.progress', () => {
    stop()
  })
  const stopped = { code: 'cancelled' }
  const wanted = { isApplied: true, taskId: 'a' }
  await expect(client.imports.labels({ ...csv, ...wanted })).rejects.toMatchObject(stopped)
  await expect(client.imports.folder({ folder: photos, ...wanted })).rejects.toMatchObject(stopped)
  expect(await confirmed()).toBe(0)
  expect((await client.history.state({})).undo).toBeNull()
  stop = () => void close()
  await expect(client.imports.labels({ ...csv, ...wanted })).rejects.toMatchObject(stopped)
})
