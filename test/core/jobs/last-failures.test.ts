// Which files are shown as failed: those of the last job alone, also a missing file of a photo with a confirmed label.
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

test('lists the files that failed in the last job, and no others', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, 3)
  writeFileSync(path.join(photos, 'broken.jpg'), 'no photo')
  const { client, label } = openTestCore(home)
  const failedIn = async (id: typeof first.id) => {
    const { cards } = await client.browse.open({ filter: { failedIn: id }, sort: {}, first: 100 })
    return cards.map(({ name }) => name)
  }
  const first = await label({ folders: [photos], model })
  expect(first.counts).toMatchObject({ labelled: 3, failed: 1 })
  expect(await failedIn(first.id)).toEqual(['broken.jpg'])

  const files = await client.photos.list({ folder: photos, limit: 100 })
  const confirmed = files.find(({ path: file }) => file.endsWith('000.jpg'))
  const photoId = confirmed?.photoId ?? null
  if (photoId === null) throw new Error('no photo')
  await client.labels.confirm({ photoIds: [photoId], name: 'holiday' })
  rmSync(confirmed?.path ?? '')
  const second = await label({ folders: [], photoIds: [photoId], model, force: true })
  expect(second.counts).toMatchObject({ files: 1, failed: 1 })
  expect(await failedIn(second.id)).toEqual(['000.jpg'])
  expect(await failedIn(first.id)).toEqual([])
})

test('counts photos apart from other files while folders are still being read', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, 40)
  writeFileSync(path.join(photos, 'zz labels.csv'), 'name,label\n')
  const { core, label } = openTestCore(home)
  const seen = new Set<number | null>()
  core.events.subscribe('job.progress', ({ photos: count }) => seen.add(count))
  await label({ folders: [photos], model })
  seen.delete(null)
  expect([...seen]).toEqual([40])
})
