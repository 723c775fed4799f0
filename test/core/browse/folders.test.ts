// The tree of folders, and removing folders from the library.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { writePhoto } from '../../helpers/photos.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { openTestCore } from '../../helpers/core.ts'
import { listCards } from './helpers.ts'

async function scanned() {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  for (const [index, name] of [
    '1.jpg',
    'b/2.jpg',
    'b/c/3.jpg',
    'b/c/4.jpg',
    'a 10/5.jpg',
    'a 9/6.jpg',
  ].entries())
    await writePhoto(path.join(photos, name), index)
  await mkdir(path.join(photos, 'empty'))
  await mkdir(path.join(photos, 'lists'))
  for (const name of ['labels.csv', 'b/c/notes.txt', 'lists/labels.csv'])
    await writeFile(path.join(photos, name), 'no photo')
  const { client, core } = openTestCore(folder)
  await client.library.scan({ folders: [photos] })
  const tree = async () =>
    (await client.library.tree({})).map(({ path: at, name, depth, files, isMissing }) =>
      [path.relative(folder, at), name, depth, files, ...(isMissing ? ['missing'] : [])].join(' '),
    )
  return { folder, photos, client, core, tree }
}

test('lists every folder with photos, parents first, with the photos in and below it', async () => {
  const { photos, client, tree } = await scanned()
  expect(await tree()).toEqual([
    'photos photos 0 6',
    'photos/a 9 a 9 1 1',
    'photos/a 10 a 10 1 1',
    'photos/b b 1 3',
    'photos/b/c c 2 2',
  ])
  for (const { path: folder, files } of await client.library.tree({}))
    expect(await listCards(client, { folder })).toHaveLength(files)
  // A folder in a folder is shown once, and one that holds nothing yet is shown too.
  await client.library.scan({ folders: [path.join(photos, 'b')] })
  const other = path.join(tempFolder(), 'other')
  await mkdir(other)
  await client.library.scan({ folders: [other] })
  const paths = (await tree()).map((line) => line.split(' ').at(-2))
  expect(paths.filter((depth) => depth === '0')).toHaveLength(2)
  expect(await client.library.tree({})).toContainEqual({
    path: other,
    name: 'other',
    depth: 0,
    files: 0,
    isMissing: false,
  })
})

test('marks a folder that cannot be reached, and keeps its files', async () => {
  const { photos, client, tree } = await scanned()
  await rm(photos, { recursive: true })
  expect((await tree()).map((line) => line.endsWith('missing'))).toEqual([true, true, true, true, true])
  expect(await listCards(client)).toHaveLength(6)
})

test('forgets the files of a removed folder, and keeps the annotations', async () => {
  const { photos, client, tree } = await scanned()
  const cards = await listCards(client)
  const [first] = cards
  if (!first?.photoId) throw new Error('no photo')
  await client.labels.confirm({ photoIds: [first.photoId], name: 'mine' })
  await expect(client.library.removeFolder({ path: path.join(photos, 'b') })).rejects.toMatchObject({
    code: 'not-found',
  })
  await client.library.removeFolder({ path: photos })
  expect(await tree()).toEqual([])
  expect(await listCards(client)).toEqual([])
  expect(await client.labels.list({})).toEqual([])
  expect(await client.library.summary({})).toMatchObject({ files: 0, missing: 0 })
  await client.library.scan({ folders: [photos] })
  expect(await listCards(client, { labels: ['mine'] })).toMatchObject([
    { name: first.name, state: 'confirmed' },
  ])
})

test('keeps files that lie in another added folder', async () => {
  const { photos, client, tree } = await scanned()
  await client.library.scan({ folders: [path.join(photos, 'b', 'c')] })
  await client.library.removeFolder({ path: path.join(photos, 'b', 'c') })
  expect(await listCards(client)).toHaveLength(6)
  await client.library.scan({ folders: [path.join(photos, 'b', 'c'), path.join(photos, 'a 9')] })
  await client.library.removeFolder({ path: photos })
  expect(await tree()).toEqual(['photos/a 9 a 9 0 1', 'photos/b/c c 0 2'])
  expect(await listCards(client)).toHaveLength(3)
})

test('does not remove a folder that is being read', async () => {
  const { folder, photos, client, core } = await scanned()
  const refused = { code: 'bad-request', message: /is being read now/ }
  const scan = client.library.scan({ folders: [photos] })
  await expect(client.library.removeFolder({ path: photos })).rejects.toMatchObject(refused)
  await scan
  const model = await writeTinyModel(path.join(folder, 'model'))
  const ended = new Promise<void>((resolve) => {
    core.events.subscribe('job.changed', ({ state }) => {
      if (state !== 'running') resolve()
    })
  })
  const job = await client.jobs.start({ folders: [path.join(photos, 'b')], model, device: 'cpu' })
  await expect(client.library.removeFolder({ path: photos })).rejects.toMatchObject(refused)
  await client.jobs.cancel({ id: job.id })
  await ended
  await client.library.removeFolder({ path: photos })
  expect(await listCards(client)).toEqual([])
})

test('emits the progress of a scan now and then, and at its end', async () => {
  const { photos, client, core } = await scanned()
  const heard: number[] = []
  core.events.subscribe('scan.progress', ({ files }) => heard.push(files))
  // While the clock stands still, only the first event and the end are emitted.
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  vi.advanceTimersByTime(1000)
  await client.library.scan({ folders: [photos] })
  expect(heard.at(-1)).toBe(9)
  expect(heard.length).toBeLessThanOrEqual(2)
})
