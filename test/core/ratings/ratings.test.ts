// Stars and flags: who is believed, what lists and tables make of them, and what undo does.
import { expect, test } from 'vitest'
import { ExportRequest } from '../../../electron/contract/exports.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { noFacts } from '../../../electron/core/identity/image-data.ts'
import { openTestLibrary, type TestLibrary } from '../browse/helpers.ts'

/** Three photos, of which files give the second four stars and reject the third. */
function rated(): TestLibrary & { readonly photoIds: PhotoId[] } {
  const library = openTestLibrary()
  const photoIds = library.addFiles({ 'a.jpg': {}, 'b.jpg': {}, 'c.jpg': {} })
  const nothing = { keywords: [], title: null, latitude: null, longitude: null, isMotion: false }
  const camera = { camera: null, lens: null, takenAt: null }
  for (const [name, rating] of [
    ['b.jpg', 4],
    ['c.jpg', -1],
  ] as const)
    library.store.metadata.record(
      `/p/${name}`,
      { sizeBytes: 1, modifiedAtMs: 1000 },
      { ...nothing, ...camera, rating },
      false,
    )
  return { ...library, photoIds }
}

const shown = async ({ list }: TestLibrary) =>
  (await list()).map(({ name, stars, flag }) => `${name} ${stars} ${flag ?? '-'}`)

test('what files say counts until the user says otherwise, separately for stars and the flag', async () => {
  const library = rated()
  const { client, photoIds } = library
  expect(await shown(library)).toEqual(['a.jpg 0 -', 'b.jpg 4 -', 'c.jpg 0 reject'])
  expect(await client.ratings.set({ photoIds, stars: 3 })).toEqual({ photos: 3 })
  expect(await shown(library)).toEqual(['a.jpg 3 -', 'b.jpg 3 -', 'c.jpg 3 reject'])
  expect(await client.ratings.set({ photoIds, flag: 'none' })).toEqual({ photos: 3 })
  await client.ratings.set({ photoIds: photoIds.slice(0, 1), flag: 'pick' })
  await client.ratings.set({ photoIds: photoIds.slice(1, 2), stars: 0 })
  expect(await shown(library)).toEqual(['a.jpg 3 pick', 'b.jpg 0 -', 'c.jpg 3 -'])
})

test('undo takes back stars alone, not what was said between, and names how many; redo brings them again', async () => {
  const library = rated()
  const { client, photoIds } = library
  const [first] = photoIds
  if (first === undefined) throw new Error('no photo')
  await client.ratings.set({ photoIds: [first], stars: 5 })
  await client.labels.confirm({ photoIds: [first], name: 'owl' })
  await client.ratings.set({ photoIds: [first], stars: 2 })
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'rate', name: '2', photos: 1 })
  await client.history.undo({})
  expect(await shown(library)).toContain('a.jpg 5 -')
  await client.history.undo({})
  expect((await library.list())[0]).toMatchObject({ stars: 5, labels: [] })
  await client.history.undo({})
  expect(await shown(library)).toContain('a.jpg 0 -')
  for (let step = 0; step < 3; step++) await client.history.redo({})
  expect(await shown(library)).toContain('a.jpg 2 -')
})

test('stars that a photo has already are no step', async () => {
  const { client, photoIds } = rated()
  await client.ratings.set({ photoIds, stars: 1 })
  expect(await client.ratings.set({ photoIds, stars: 1 })).toEqual({ photos: 0 })
  await client.history.undo({})
  expect((await client.history.state({})).undo).toBeNull()
})

test('lists are filtered and sorted by them, and facets count them', async () => {
  const { client, names, photoIds } = rated()
  await client.ratings.set({ photoIds: photoIds.slice(0, 1), stars: 5, flag: 'pick' })
  expect(await names({ minRating: 4 })).toEqual(['a.jpg', 'b.jpg'])
  expect(await names({ flags: ['pick'] })).toEqual(['a.jpg'])
  expect(await names({ flags: ['reject', 'none'] })).toEqual(['b.jpg', 'c.jpg'])
  expect(await names({}, { by: 'rating' })).toEqual(['c.jpg', 'b.jpg', 'a.jpg'])
  expect(await client.browse.facets({})).toMatchObject({ rated: 2, flagged: 2 })
})

test('an edited image takes its stars along, and another rendering of one image has the same', async () => {
  const { client, store, photoIds } = rated()
  const [first] = photoIds
  if (first === undefined) throw new Error('no photo')
  await client.ratings.set({ photoIds: [first], stars: 4, flag: 'reject' })
  const keyed = (identity: number, rendering: number) => ({
    identity: new Uint8Array(32).fill(identity),
    rendering: new Uint8Array(32).fill(rendering),
    facts: { ...noFacts, widthPx: 40, heightPx: 30, takenAt: '2024:05:06 07:08:09', camera: 'R5' },
    wholeHash: null,
    earlier: null,
    sizeBytes: 5,
  })
  const one = store.photos.identify(keyed(1, 1), null)
  store.ratings.set([one], { stars: 2 })
  const turned = store.photos.identify(keyed(1, 2), null)
  expect(turned).not.toBe(one)
  expect(store.ratings.own([turned]).get(turned)).toEqual({ stars: 2, flag: null })
  const edited = store.photos.identify(keyed(3, 3), one)
  expect(store.ratings.own([edited]).get(edited)).toEqual({ stars: 2, flag: null })
  store.history.undo()
  expect([...store.ratings.own([one, turned, edited]).keys()]).toEqual([])
})

test('tables have the stars that count, the flag, and who gave the stars', async () => {
  const { client, photoIds } = rated()
  await client.ratings.set({ photoIds: photoIds.slice(0, 1), stars: 2 })
  await client.ratings.set({ photoIds: photoIds.slice(1, 2), flag: 'pick' })
  const request = ExportRequest.parse({ format: 'jsonl', columns: ['rating', 'flag', 'rating_source'] })
  const { text } = await client.exports.chunk({ request, cursor: null })
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { rating: 2, flag: null, rating_source: 'user' },
    { rating: 4, flag: 'pick', rating_source: 'file' },
    { rating: null, flag: 'reject', rating_source: 'file' },
  ])
})
