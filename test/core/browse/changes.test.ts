// Events of changes: which photos, how often, and none for what changes nothing.
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { CoreEvents } from '../../../electron/contract/events.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { tempStore } from '../store/helpers.ts'
import { createWriter } from './helpers.ts'

type Change = CoreEvents['library.changed']

/** A scanned folder, and its events. */
async function scanned(count = 3) {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, count)
  const { client, core } = openTestCore(folder)
  const nextEvent: Change[] = []
  const waiting: ((change: Change) => void)[] = []
  core.events.subscribe('library.changed', (change) => {
    nextEvent.push(change)
    for (const resolve of waiting.splice(0)) resolve(change)
  })
  const next = () => new Promise<Change>((resolve) => waiting.push(resolve))
  return { client, photos, nextEvent, next }
}

test('emits a scan, labels and rules with the photos that changed', async () => {
  const { client, photos, next } = await scanned()
  let event = next()
  await client.library.scan({ folders: [photos] })
  const found = new Set((await event).photoIds)
  const { viewId } = await client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await client.browse.ids({ viewId, from: 0, to: 3 })
  const [first, second] = photoIds
  if (!first || !second) throw new Error('no photos')
  expect([...found].every((id) => photoIds.includes(id))).toBe(true)
  event = next()
  await client.labels.confirm({ photoIds: [second, first], name: 'cat' })
  expect((await event).photoIds?.toSorted()).toEqual([first, second].toSorted())
  event = next()
  await client.history.undo({})
  expect((await event).photoIds?.toSorted()).toEqual([first, second].toSorted())
  event = next()
  await client.rules.set({ rules: { minScore: 0.5 } })
  expect(await event).toEqual({ photoIds: null })
  event = next()
  await client.library.removeFolder({ path: photos })
  expect((await event).photoIds).toContain(first)
})

test('emits the results of a job while it runs', async () => {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 12)
  const { client, core, label } = openTestCore(folder)
  const told = new Set<number>()
  core.events.subscribe('library.changed', ({ photoIds }) => {
    for (const id of photoIds ?? []) told.add(id)
  })
  await label({ folders: [photos], model: await writeTinyModel(path.join(folder, 'model')) })
  while (told.size < 12) await new Promise((resolve) => setImmediate(resolve))
  expect(await client.browse.counts({ filter: {} })).toMatchObject({ suggested: 12, unlabelled: 0 })
})

test('emits few events for many changes, and leaves none out', async () => {
  // The clock of the core goes on by ten milliseconds for each label, however long it takes.
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, photos, nextEvent } = await scanned(30)
  await client.library.scan({ folders: [photos] })
  await vi.advanceTimersByTimeAsync(1000)
  const { viewId } = await client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await client.browse.ids({ viewId, from: 0, to: 30 })
  const known = photoIds.filter((id) => id !== null)
  nextEvent.splice(0)
  const last = known.at(-1)
  if (last === undefined) throw new Error('no photos')
  const startMs = performance.now()
  for (const photoId of known) {
    await client.labels.confirm({ photoIds: [photoId], name: 'cat' })
    await vi.advanceTimersByTimeAsync(10)
  }
  while (!nextEvent.some((change) => change.photoIds?.includes(last) === true)) {
    await vi.advanceTimersByTimeAsync(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const told = nextEvent.flatMap((change) => change.photoIds ?? [])
  expect(known.filter((id) => !told.includes(id))).toEqual([])
  // The first may come at once.
  expect(nextEvent.length).toBeLessThanOrEqual((performance.now() - startMs) / 100 + 2)
})

test('does not name more than a thousand photos', async () => {
  const folder = tempFolder()
  const { client, core } = openTestCore(folder)
  const store = openStore({ file: path.join(folder, 'library.db') })
  const photoIds = createWriter(store).addFiles(
    Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}.jpg`, {}])),
  )
  store.close()
  const nextEvent = () =>
    new Promise<Change>((resolve) => {
      const stop = core.events.subscribe('library.changed', (change) => {
        stop()
        resolve(change)
      })
    })
  let event = nextEvent()
  await client.labels.confirm({ photoIds: photoIds.slice(0, 1000), name: 'cat' })
  expect((await event).photoIds).toHaveLength(1000)
  event = nextEvent()
  await client.labels.confirm({ photoIds, name: 'dog' })
  expect(await event).toEqual({ photoIds: null })
})

test('records no change for what changes nothing or is rolled back', () => {
  const { store, addFiles, predict } = createWriter(tempStore())
  const [photoId] = addFiles({
    'a.jpg': {},
    'b.jpg': { problem: { kind: 'skipped', reason: verbatim('no photo') } },
  })
  if (!photoId) throw new Error('no photo')
  expect(store.changes.take()).toEqual({
    fileIds: [1, 2],
    photoIds: [photoId],
    isEverything: false,
    isEveryPhoto: false,
  })
  addFiles({ 'a.jpg': {}, 'b.jpg': { problem: { kind: 'skipped', reason: verbatim('no photo') } } })
  store.photos.noteSeen(photoId, { widthPx: 1, heightPx: 1, takenAtMs: null })
  store.annotations.clear([photoId], 'cat')
  expect(store.changes.take()).toBe(null)
  expect(() =>
    store.transaction(() => {
      predict(photoId, { cat: 0.5 })
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(store.changes.take()).toBe(null)
  predict(photoId, { cat: 0.5, dog: 0.2 })
  expect(store.changes.take()).toEqual({
    fileIds: [],
    photoIds: [photoId],
    isEverything: false,
    isEveryPhoto: false,
  })
  addFiles({ 'a.jpg': { content: 'other' } })
  expect(store.changes.take()).toEqual({
    fileIds: [1],
    photoIds: [photoId, photoId + 1],
    isEverything: false,
    isEveryPhoto: false,
  })
})
