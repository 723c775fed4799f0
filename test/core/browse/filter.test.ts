// Filters: each alone, and together.
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
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
    'text.txt': { problem: { kind: 'skipped', reason: 'no photo' } },
    'empty.jpg': { problem: { kind: 'failed', reason: 'empty' } },
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

test('every file has exactly one state, and the counts add up', async () => {
  const library = openTestLibrary()
  fillStates(library)
  const cards = await library.list()
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
  for (const state of ['confirmed', 'suggested', 'rejected', 'unlabelled', 'failed', 'skipped'] as const)
    expect(await library.list({ states: [state] })).toHaveLength(counts[state])
})

test('filters by state, folder, label, score and photo', async () => {
  const library = openTestLibrary()
  const { dog, cat } = fillStates(library)
  const { names } = library
  if (!dog || !cat) throw new Error('no photos')
  expect(await names({ states: ['confirmed', 'rejected'] })).toEqual(['mine.jpg', 'no.jpg'])
  expect(await names({ folder: '/p/pets' })).toEqual(['dog.jpg', 'no.jpg'])
  expect(await names({ folder: '/p/pet' })).toEqual([])
  expect(await names({ labels: ['animal'] })).toEqual(['cat.jpg', 'mine.jpg', 'dog.jpg'])
  expect(await names({ labels: ['animal/dog'] })).toEqual(['dog.jpg'])
  expect(await names({ labels: ['ani'] })).toEqual([])
  expect(await names({ labels: ['mouse', 'plant'] })).toEqual(['cat.jpg', 'mine.jpg'])
  expect(await names({ minScore: 0.5, maxScore: 0.7 })).toEqual(['cat.jpg', 'dog.jpg'])
  expect(await names({ maxScore: 0.6 })).toEqual(['dog.jpg'])
  expect(await names({ photoIds: [dog, cat] })).toEqual(['cat.jpg', 'dog.jpg'])
  expect(await names({ photoIds: [dog, cat] }, { by: 'given' })).toEqual(['dog.jpg', 'cat.jpg'])
  expect(await names({ photoIds: [] })).toEqual([])
  expect(
    await names({ folder: '/p/pets', states: ['suggested'], labels: ['animal'], minScore: 0.4 }),
  ).toEqual(['dog.jpg'])
})
