// Names that differ only in case, underscores or the naming of ImageNet are one label wherever labels are read.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function openTwoModels() {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 2)
  const modelOf = async (folder: string, labels: readonly string[], change: number) => {
    const model = await writeTinyModel(path.join(home, folder), {
      change: (weights) => weights.map((w) => w * change),
    })
    await writeFile(path.join(model, 'labels.json'), JSON.stringify(labels))
    return model
  }
  const one = await modelOf('one', ['n01698640', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu'], 1)
  const two = await modelOf('two', ['American_alligator', 'Bee', 'CAT', 'dog', 'elk', 'fox', 'gnu'], 1.1)
  const test = openTestCore(home)
  await test.label({ folders: [photos], model: one })
  const files = await test.client.photos.list({ folder: photos })
  const ids = files.flatMap(({ photoId }) => photoId ?? [])
  return { ...test, home, photos, one, two, ids }
}

test('classes of two models are one label in lists, filters and counts', async () => {
  const { client, label, photos, two, ids } = await openTwoModels()
  await label({ folders: [photos], model: two })
  const names = (await client.labels.list({})).map(({ name }) => name)
  expect(names.filter((name) => /alligator|n0/i.test(name))).toHaveLength(1)
  expect(names.filter((name) => name.toLowerCase() === 'bee')).toHaveLength(1)

  await client.labels.confirm({ photoIds: ids, name: 'American_alligator' })
  const found = await client.browse.open({
    filter: { confirmedLabels: ['n01698640'] },
    sort: {},
  })
  expect(found.total).toBe(2)
  const node = (await client.browse.labels({})).find(({ confirmed }) => confirmed > 0)
  // As the user said it.
  expect(node).toMatchObject({ name: 'American_alligator', confirmed: 2 })
})

test('a label keeps the spelling that the user confirmed, until a rename changes it as a step', async () => {
  const { client, ids } = await openTwoModels()
  const [first, second] = ids
  if (first === undefined || second === undefined) throw new Error('two photos expected')
  const confirmed = async () =>
    (await client.labels.list({})).flatMap((one) =>
      one.confirmed > 0 ? [`${one.name} ${one.confirmed}`] : [],
    )
  await client.labels.confirm({ photoIds: [first], name: 'Trip 2024' })
  await client.labels.confirm({ photoIds: [second], name: 'trip_2024' })
  expect(await confirmed()).toEqual(['Trip 2024 2'])
  expect(await client.labels.confirm({ photoIds: ids, name: 'TRIP 2024' })).toEqual({
    photos: 0,
    removed: [],
  })

  await client.labels.rename({ renames: [{ from: 'trip 2024', to: 'TRIP_2024' }] })
  expect(await confirmed()).toEqual(['TRIP_2024 2'])
  await client.history.undo({})
  expect(await confirmed()).toEqual(['Trip 2024 2'])

  await client.labels.clear({ photoIds: [first], name: 'trip_2024' })
  expect(await confirmed()).toEqual(['Trip 2024 1'])
})

test('a library with both spellings shows one label, and every edit is about both', async () => {
  const { client, ids, home, close } = await openTwoModels()
  const [first, second] = ids
  if (first === undefined || second === undefined) throw new Error('two photos expected')
  await client.labels.confirm({ photoIds: [first], name: 'great grey owl' })
  await close()
  // As earlier versions saved it.
  const db = new Database(path.join(home, 'library.db'))
  const id = db.prepare("INSERT INTO label (name) VALUES ('great_grey_owl')").run().lastInsertRowid
  for (const photoId of ids)
    db.prepare("INSERT INTO annotation (photo_id, label_id, state, at_ms) VALUES (?, ?, 'confirmed', 1)").run(
      photoId,
      id,
    )
  db.close()
  const { client: again, ...reopened } = openTestCore(home)
  expect((await again.labels.list({})).filter((one) => one.confirmed > 0)).toMatchObject([
    { name: 'great grey owl', confirmed: 2 },
  ])
  expect(await again.labels.on({ photoIds: ids })).toEqual([{ name: 'great grey owl', photos: 2 }])
  await again.labels.reject({ photoIds: [first], name: 'Great grey owl' })
  // The one spelling that is confirmed still.
  expect(await again.labels.on({ photoIds: ids })).toEqual([{ name: 'great_grey_owl', photos: 1 }])
  await again.labels.remove({ names: ['great grey owl'] })
  expect(await again.labels.on({ photoIds: ids })).toEqual([])
  await again.history.undo({})
  await again.history.undo({})
  expect(await again.labels.on({ photoIds: ids })).toEqual([{ name: 'great grey owl', photos: 2 }])
  await reopened.close()
})
