// Filters: each alone, and together.
import { expect, test } from 'vitest'
import { PhotoState } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { addVariant, labelled, newHead } from '../store/helpers.ts'
import { openTestLibrary, type TestLibrary } from './helpers.ts'

/** One file in each state, and one that is suggested twice over. */
function fillStates(library: TestLibrary): Record<string, PhotoId> {
  const [mine, cat, dog, no, bad, fresh] = library.addFiles({
    'mine.jpg': {},
    'cat.jpg': {},
    'pets/dog.jpg': {},
    'pets/no.jpg': {},
    'bad.jpg': {},
    'fresh.jpg': {},
    'text.txt': { problem: { kind: 'skipped', reason: verbatim('no photo') } },
    'empty.jpg': { problem: { kind: 'failed', reason: verbatim('empty') } },
  })
  if (!mine || !cat || !dog || !no || !bad || !fresh) throw new Error('no photos')
  library.predict(mine, { 'animal/cat': 0.9 })
  library.predict(cat, { 'animal/cat': 0.7, plant: 0.2 })
  library.predict(dog, { 'animal/dog': 0.5, 'animal/cat': 0.4 })
  library.predict(no, { plant: 0.6 })
  library.fail(bad)
  library.store.annotations.confirm([mine], 'mouse')
  library.store.annotations.reject([no], 'plant')
  return { mine, cat, dog, no, bad, fresh }
}

test('gives every file exactly one state, with counts that add up', async () => {
  const library = openTestLibrary()
  fillStates(library)
  const cards = await library.list({ states: PhotoState.options })
  expect(Object.fromEntries(cards.map(({ name, state }) => [name, state]))).toEqual({
    'mine.jpg': 'confirmed',
    'cat.jpg': 'suggested',
    'dog.jpg': 'suggested',
    'no.jpg': 'rejected',
    'bad.jpg': 'failed',
    'fresh.jpg': 'unlabelled',
    'text.txt': 'skipped',
    'empty.jpg': 'failed',
  })
  const counts = await library.client.browse.counts({ filter: {} })
  expect(counts).toEqual({ confirmed: 1, suggested: 2, rejected: 1, unlabelled: 1, failed: 2, skipped: 1 })
  for (const state of PhotoState.options)
    expect(await library.list({ states: [state] })).toHaveLength(counts[state])
})

test('lists files that are not photos only on request, whatever the other conditions', async () => {
  const library = openTestLibrary()
  fillStates(library)
  const photos = await library.names()
  expect(photos).toHaveLength(7)
  expect(photos).not.toContain('text.txt')
  expect(await library.names({}, { by: 'date' })).toHaveLength(7)
  expect(await library.names({ text: 'text' })).toEqual([])
  expect(await library.names({ text: 'text', states: ['skipped', 'failed'] })).toEqual(['text.txt'])
  const { skipped, ...others } = await library.client.browse.counts({ filter: { states: ['failed'] } })
  expect(skipped).toBe(1)
  expect(Object.values(others).reduce((sum, count) => sum + count)).toBe(photos.length)
})

test('filters by state, folder, label, score and photo', async () => {
  const library = openTestLibrary()
  const { dog, cat } = fillStates(library)
  const { names } = library
  if (!dog || !cat) throw new Error('no photos')
  expect(await names({ states: ['confirmed', 'rejected'] })).toEqual(['mine.jpg', 'no.jpg'])
  expect(await names({ folder: '/p/pets' })).toEqual(['dog.jpg', 'no.jpg'])
  expect(await names({ folder: '/p/pet' })).toEqual([])
  expect(await names({ labels: ['animal'] })).toEqual(['cat.jpg', 'dog.jpg'])
  expect(await names({ labels: ['animal/dog'] })).toEqual(['dog.jpg'])
  expect(await names({ labels: ['ani'] })).toEqual([])
  expect(await names({ labels: ['mouse', 'animal/cat'] })).toEqual(['cat.jpg', 'mine.jpg'])
  expect(await names({ minScore: 0.5, maxScore: 0.7 })).toEqual(['cat.jpg', 'dog.jpg'])
  expect(await names({ maxScore: 0.6 })).toEqual(['dog.jpg'])
  expect(await names({ photoIds: [dog, cat] })).toEqual(['cat.jpg', 'dog.jpg'])
  expect(await names({ photoIds: [dog, cat] }, { by: 'given' })).toEqual(['dog.jpg', 'cat.jpg'])
  expect(await names({ photoIds: [] })).toEqual([])
  expect(
    await names({ folder: '/p/pets', states: ['suggested'], labels: ['animal'], minScore: 0.4 }),
  ).toEqual(['dog.jpg'])
})

test('a label that the user confirmed is above every minimum of its score, and below no maximum', async () => {
  const library = openTestLibrary()
  fillStates(library)
  const { names } = library
  const labels = ['mouse', 'animal/cat']
  expect(await names({ labels, minScore: 0.8 })).toEqual(['mine.jpg'])
  expect(await names({ labels, minScore: 0.6 })).toEqual(['cat.jpg', 'mine.jpg'])
  expect(await names({ labels, maxScore: 0.8 })).toEqual(['cat.jpg'])
  expect(await names({ minScore: 0.8 })).toEqual([])
})

test('filters by the date taken, else by that of the file', async () => {
  const library = openTestLibrary()
  const [first, second] = library.addFiles({
    'a.jpg': { modifiedAtMs: 5000 },
    'b.jpg': { modifiedAtMs: 1500.7 },
    'c.jpg': { modifiedAtMs: 2000 },
    'text.txt': { modifiedAtMs: 1000, problem: { kind: 'failed', reason: verbatim('no photo') } },
  })
  if (!first || !second) throw new Error('no photos')
  library.store.photos.noteSeen(first, { widthPx: 1, heightPx: 1, takenAtMs: 1000 })
  const { names } = library
  expect(await names({ fromMs: 1000, toMs: 1501 })).toEqual(['a.jpg', 'b.jpg', 'text.txt'])
  expect(await names({ fromMs: 1501 })).toEqual(['c.jpg'])
  expect(await names({ toMs: 1000 })).toEqual([])
  const dates = (await library.list()).map(({ dateMs }) => dateMs)
  expect(dates).toEqual([1000, 1500, 2000, 1000])
})

test('filters by the model that labelled a photo or failed on it', async () => {
  const library = openTestLibrary()
  const [seen, failed, other] = library.addFiles({
    'seen.jpg': {},
    'failed.jpg': {},
    'other.jpg': {},
    'new.jpg': {},
  })
  if (!seen || !failed || !other) throw new Error('no photos')
  library.predict(seen, { cat: 0.5 })
  library.fail(failed)
  const second = addVariant(library.store, 'v2')
  library.store.predictions.saveBatch(second.variantId, second.jobId, [labelled(other, ['dog'])])
  const [tiny, tiny2] = library.store.models.list()
  if (!tiny || !tiny2) throw new Error('no models')
  expect(await library.names({ modelId: tiny.id })).toEqual(['failed.jpg', 'seen.jpg'])
  expect(await library.names({ modelId: tiny2.id })).toEqual(['other.jpg'])
})

test('shows the model that labelled a photo last, and a failure only where none did', async () => {
  const library = openTestLibrary()
  const [photo] = library.addFiles({ 'photo.jpg': {} })
  if (!photo) throw new Error('no photo')
  library.predict(photo, { cat: 0.5 })
  const second = addVariant(library.store, 'v2')
  library.store.predictions.saveBatch(second.variantId, second.jobId, [
    { photoId: photo, status: 'failed', reason: verbatim('broken') },
  ])
  const shown = async () =>
    (await library.list()).map(({ state, status, labels }) => [state, status, labels[0]?.name])
  expect(await shown()).toEqual([['suggested', 'labelled', 'cat']])
  library.store.predictions.saveBatch(second.variantId, second.jobId, [labelled(photo, ['dog'])])
  expect(await shown()).toEqual([['suggested', 'labelled', 'dog']])
  expect(await library.names({ labels: ['cat'] })).toEqual([])
  library.predict(photo, { cow: 0.5 })
  expect(await shown()).toEqual([['suggested', 'labelled', 'cow']])
  const [model] = library.store.models.list()
  if (!model) throw new Error('no model')
  library.store.models.remove(model.id)
  expect(await shown()).toEqual([['suggested', 'labelled', 'dog']])
  expect(await library.names({ labels: ['dog'] })).toEqual(['photo.jpg'])
})

test('shows the promoted head instead of the model, until it is rolled back', async () => {
  const library = openTestLibrary()
  const [photo, other] = library.addFiles({ 'photo.jpg': {}, 'other.jpg': {} })
  if (!photo || !other) throw new Error('no photo')
  library.predict(photo, { cat: 0.5 })
  library.predict(other, { cat: 0.6 })
  const head = library.store.heads.add(newHead(library.variantId, [photo]))
  library.store.heads.promote(library.variantId, head.id, [
    { photoId: photo, top: [{ label: 'mine', score: 0.9 }] },
  ])
  expect(await library.names({ labels: ['mine'] })).toEqual(['photo.jpg'])
  expect(await library.names({ labels: ['cat'] })).toEqual(['other.jpg'])
  expect((await library.list())[1]?.labels).toMatchObject([{ name: 'mine', modelVersion: 'head-1' }])
  library.store.heads.rollback(library.variantId, () => [])
  expect(await library.names({ labels: ['cat'] })).toEqual(['other.jpg', 'photo.jpg'])
})

test('gives a copy the state of its photo, and a file with a problem its own', async () => {
  const library = openTestLibrary()
  const [photo] = library.addFiles({ 'a.jpg': {}, 'b.jpg': { content: 'a.jpg' } })
  if (!photo) throw new Error('no photo')
  library.store.annotations.confirm([photo], 'cat')
  expect(await library.client.browse.counts({ filter: {} })).toMatchObject({ confirmed: 2, unlabelled: 0 })
  const scanId = library.store.files.beginScan()
  const problem = { kind: 'failed' as const, reason: verbatim('locked') }
  library.store.files.record(scanId, [
    { path: '/p/b.jpg', photoId: photo, sizeBytes: 1, modifiedAtMs: 1, problem },
  ])
  expect(await library.client.browse.counts({ filter: {} })).toMatchObject({ confirmed: 1, failed: 1 })
  expect(await library.client.labels.list({})).toEqual([
    { name: 'cat', confirmed: 1, suggested: 0, rejected: 0 },
  ])
})

test('keeps missing files in the list with their labels', async () => {
  const library = openTestLibrary()
  const [photo] = library.addFiles({ 'a.jpg': {} })
  if (!photo) throw new Error('no photo')
  library.predict(photo, { cat: 0.5 })
  library.store.files.markMissing('/p', library.store.files.beginScan())
  expect(await library.list()).toMatchObject([
    { state: 'suggested', isMissing: true, labels: [{ name: 'cat' }] },
  ])
})

test('counts for each label what a view of it shows, also for parents and with copies', async () => {
  const library = openTestLibrary()
  fillStates(library)
  library.addFiles({ 'copy of cat.jpg': { content: 'cat.jpg' } })
  const { browse } = library.client
  const tree = await browse.labels({})
  expect(tree).toEqual([
    { name: 'animal', confirmed: 0, suggested: 3, keywords: 0 },
    { name: 'animal/cat', confirmed: 0, suggested: 2, keywords: 0 },
    { name: 'animal/dog', confirmed: 0, suggested: 1, keywords: 0 },
    { name: 'mouse', confirmed: 1, suggested: 0, keywords: 0 },
  ])
  for (const { name, confirmed, suggested } of tree) {
    expect(await library.list({ confirmedLabels: [name] })).toHaveLength(confirmed)
    expect(await library.list({ suggestedLabels: [name] })).toHaveLength(suggested)
  }
  // The numbers follow the other conditions, and the labels too where a photo must have all of them.
  const inFolder = await browse.labels({ filter: { folder: '/p/pets', confirmedLabels: ['mouse'] } })
  expect(inFolder.map(({ name, suggested }) => `${name} ${suggested}`)).toEqual(['animal 1', 'animal/dog 1'])
  const ofAll = await browse.labels({ filter: { suggestedLabels: ['animal/cat'], needsAllLabels: true } })
  expect(ofAll.map(({ name }) => name)).toEqual(['animal', 'animal/cat'])
})

test('finds photos by any of several labels, or by all of them', async () => {
  const library = openTestLibrary()
  const { mine, cat } = fillStates(library)
  if (!mine || !cat) throw new Error('no photos')
  library.store.annotations.confirm([mine, cat], 'trip')
  const { names } = library
  expect(await names({ confirmedLabels: ['trip', 'mouse'] })).toEqual(['cat.jpg', 'mine.jpg'])
  expect(await names({ confirmedLabels: ['trip', 'mouse'], needsAllLabels: true })).toEqual(['mine.jpg'])
  expect(await names({ confirmedLabels: ['mouse'], suggestedLabels: ['animal'] })).toEqual([
    'mine.jpg',
    'dog.jpg',
  ])
  expect(await names({ confirmedLabels: ['mouse'], labels: ['animal'], needsAllLabels: true })).toEqual([])
})
