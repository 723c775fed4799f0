// Sorts: each order, ties, what has no score, and the pieces they are made of.
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { compareNames } from '../../../electron/core/browse/name-order.ts'
import { sortByKey } from '../../../electron/core/browse/sort-by-key.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { openTestLibrary, type TestLibrary } from './helpers.ts'

function fill(library: TestLibrary): PhotoId[] {
  const photos = library.addFiles({
    'd.jpg': { modifiedAtMs: 4000 },
    'a.jpg': { modifiedAtMs: 2000 },
    'b.jpg': { modifiedAtMs: 3000 },
    'c.jpg': { modifiedAtMs: 2000 },
    'e.jpg': { modifiedAtMs: -1000 },
  })
  const [d, a, b, c] = photos
  if (!d || !a || !b || !c) throw new Error('no photos')
  library.predict(d, { cat: 0.5, dog: 0.45 })
  library.predict(a, { cat: 0.5, dog: 0.3 })
  library.predict(b, { cat: 0.9, dog: 0.05 })
  library.predict(c, { cat: 0.1 })
  return photos
}

test('sorts by name, date, score and uncertainty, both ways, and files without a score last', async () => {
  const library = openTestLibrary()
  fill(library)
  const order = async (by: 'name' | 'date' | 'score' | 'uncertainty', isDescending = false) =>
    (await library.names({}, { by, isDescending })).map((name) => name[0]).join('')
  expect(await order('name')).toBe('abcde')
  expect(await order('name', true)).toBe('edcba')
  expect(await order('date')).toBe('eacbd')
  expect(await order('date', true)).toBe('dbace')
  expect(await order('score')).toBe('cadbe')
  expect(await order('score', true)).toBe('badce')
  expect(await order('uncertainty')).toBe('dcabe')
  expect(await order('uncertainty', true)).toBe('bacde')
})

test('sorts by label: what the user said before what is suggested, numbers by their value, and photos without one last', async () => {
  const library = openTestLibrary()
  const [d, a, b, c] = fill(library)
  if (!d || !a || !b || !c) throw new Error('no photos')
  await library.client.labels.confirm({ photoIds: [a], name: 'species 10' })
  await library.client.labels.confirm({ photoIds: [b], name: 'species 9' })
  await library.client.labels.confirm({ photoIds: [c], name: 'Bird' })
  const order = async (isDescending: boolean) =>
    (await library.names({}, { by: 'label', isDescending })).map((name) => name[0]).join('')
  expect(await order(false)).toBe('cdbae')
  expect(await order(true)).toBe('abdce')
})

test('sorts by folder both ways, and the names of a folder stay in order', async () => {
  const library = openTestLibrary()
  library.addFiles({
    'b/2.jpg': {},
    'b/1.jpg': {},
    'a/2.jpg': {},
    'a/10.jpg': {},
    'a/c/1.jpg': {},
    '0.jpg': {},
  })
  const order = (isDescending: boolean, filter = {}) => library.names(filter, { by: 'folder', isDescending })
  expect(await order(false)).toEqual(['0.jpg', '2.jpg', '10.jpg', '1.jpg', '1.jpg', '2.jpg'])
  expect(await order(true)).toEqual(['1.jpg', '2.jpg', '1.jpg', '2.jpg', '10.jpg', '0.jpg'])
  expect(await order(true, { text: '2' })).toEqual(['2.jpg', '2.jpg'])
})

test('sorts in the order of the photo ids, with all files of a photo side by side', async () => {
  const library = openTestLibrary()
  const [d, a, b] = fill(library)
  library.addFiles({ 'copy of b.jpg': { content: 'b.jpg' } })
  if (!d || !a || !b) throw new Error('no photos')
  const given = { by: 'given' as const }
  expect(await library.names({ photoIds: [b, d, a] }, given)).toEqual([
    'b.jpg',
    'copy of b.jpg',
    'd.jpg',
    'a.jpg',
  ])
  expect(
    await library.names({ photoIds: [b, a], states: ['suggested'] }, { ...given, isDescending: true }),
  ).toEqual(['a.jpg', 'b.jpg', 'copy of b.jpg'])
  expect(await library.names({ states: ['unlabelled'] }, given)).toEqual(['e.jpg'])
})

test('takes the second best score for uncertainty also below the minimum', async () => {
  const library = openTestLibrary()
  fill(library)
  await library.client.rules.set({ rules: { minScore: 0.48 } })
  expect(await library.names({ states: ['suggested'] }, { by: 'uncertainty' })).toEqual([
    'd.jpg',
    'a.jpg',
    'b.jpg',
  ])
})

test('sorts names folder by folder, and numbers by their value', async () => {
  const library = openTestLibrary()
  const names = [
    'IMG_10.jpg',
    'img_9.jpg',
    'IMG_009.jpg',
    'b/1.jpg',
    'a b/2.jpg',
    'a/c/1.jpg',
    'a/z.jpg',
    'A/y.jpg',
    'é.jpg',
  ]
  library.addFiles(Object.fromEntries(names.map((name) => [name, {}])))
  const listed = (await library.list()).map(({ path }) => path.slice(3))
  expect(listed).toEqual([
    'IMG_009.jpg',
    'img_9.jpg',
    'IMG_10.jpg',
    'é.jpg',
    'A/y.jpg',
    'a/z.jpg',
    'a/c/1.jpg',
    'a b/2.jpg',
    'b/1.jpg',
  ])
})

test('compares names in a total order', () => {
  const names = [
    '',
    '1',
    '01',
    '001',
    '1a',
    'a',
    'A',
    'a1',
    'a01',
    'a1b',
    'a2',
    'a10',
    'a/b',
    'a b',
    'ab',
    '9'.repeat(30),
  ]
  for (const a of names)
    for (const b of names) {
      expect(Math.sign(compareNames(a, b))).toBe(-Math.sign(compareNames(b, a)) || 0)
      expect(compareNames(a, b) === 0).toBe(a === b)
      for (const c of names)
        if (compareNames(a, b) < 0 && compareNames(b, c) < 0) expect(compareNames(a, c)).toBeLessThan(0)
    }
  expect(compareNames('x9', 'x10')).toBeLessThan(0)
  expect(compareNames('B', 'a')).toBeGreaterThan(0)
})

test('sorts by keys as by comparisons, stable for equal keys', () => {
  const random = createRandom(3)
  const special = [0, -0, 1, -1, Infinity, -Infinity, 1e-300, -1e-300, 2 ** 53, -(2 ** 53), 0.1, 0.2]
  for (const size of [0, 1, 2, 1000, 70_000]) {
    const keys = Float64Array.from({ length: size }, () => {
      const kind = random()
      if (kind < 0.3) return special[Math.floor(random() * special.length)] ?? 0
      return kind < 0.6 ? Math.round(random() * 50) : (random() - 0.5) * 1e13
    })
    const ids = Int32Array.from({ length: size }, (_, i) => 2 * i + 1)
    const expected = [...ids].sort((a, b) => {
      const difference = (keys[(a - 1) / 2] ?? 0) - (keys[(b - 1) / 2] ?? 0)
      return Number.isNaN(difference) ? 0 : difference
    })
    expect([...sortByKey(ids, keys)]).toEqual(expected)
  }
})
