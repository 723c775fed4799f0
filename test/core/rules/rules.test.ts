// Rules: which suggestions show under which name, everywhere alike, and what a preview says of them.
import { expect, test } from 'vitest'
import { Rules } from '../../../electron/contract/rules.ts'
import type { PhotoCard } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { openTestLibrary, type TestLibrary } from '../browse/helpers.ts'

function fill(library: TestLibrary): [PhotoId, PhotoId, PhotoId] {
  const [a, b, c] = library.addFiles({ 'a.jpg': {}, 'b.jpg': {}, 'c.jpg': {} })
  if (!a || !b || !c) throw new Error('no photos')
  library.predict(a, { dog: 0.4, tabby: 0.3, lynx: 0.2 })
  library.predict(b, { tabby: 0.6, web: 0.3 })
  library.predict(c, { web: 0.9, dog: 0.05 })
  return [a, b, c]
}

const suggestions = (cards: readonly PhotoCard[]) =>
  cards.map(({ labels }) =>
    labels
      .filter(({ state }) => state === 'suggested')
      .map(({ name }) => name)
      .join(' '),
  )

const cats: Partial<Rules> = {
  mapping: [
    { from: 'tabby', to: 'animal/cat' },
    { from: 'lynx', to: 'animal/cat' },
    { from: 'web', to: null },
  ],
}

test('shows suggestions above the minimum of their label, else above the common one', async () => {
  const library = openTestLibrary()
  fill(library)
  const { client } = library
  expect(await client.rules.get({})).toEqual({ minScore: 0, perLabel: [], mapping: [] })
  await client.rules.set({ rules: { minScore: 0.3, perLabel: [{ name: 'tabby', minScore: 0.5 }] } })
  expect(suggestions(await library.list())).toEqual(['dog', 'tabby web', 'web'])
  expect(await library.names({ labels: ['tabby'] })).toEqual(['b.jpg'])
  await client.rules.set({ rules: { minScore: 0.95, perLabel: [{ name: 'dog', minScore: 0.05 }] } })
  expect(suggestions(await library.list())).toEqual(['dog', '', 'dog'])
  expect((await library.list()).map(({ state }) => state)).toEqual(['suggested', 'unlabelled', 'suggested'])
  expect(await client.browse.counts({ filter: {} })).toMatchObject({ suggested: 2, unlabelled: 1 })
  expect(await library.names({ minScore: 0.2 })).toEqual(['a.jpg'])
})

test('renames classes, merges them with added scores, and hides them', async () => {
  const library = openTestLibrary()
  fill(library)
  await library.client.rules.set({ rules: cats })
  const cards = await library.list()
  expect(suggestions(cards)).toEqual(['animal/cat dog', 'animal/cat', 'dog'])
  expect(cards[0]?.labels.map(({ score, rank }) => [score, rank])).toEqual([
    [0.5, 1],
    [0.4, 2],
  ])
  expect(await library.names({ labels: ['animal'] })).toEqual(['a.jpg', 'b.jpg'])
  expect(await library.names({ labels: ['tabby'] })).toEqual([])
  expect(await library.names({ labels: ['web'] })).toEqual([])
  expect(await library.names({ minScore: 0.5 })).toEqual(['a.jpg', 'b.jpg'])
  expect(await library.names({}, { by: 'score' })).toEqual(['c.jpg', 'a.jpg', 'b.jpg'])
  expect(await library.names({ text: 'cat' })).toEqual(['a.jpg', 'b.jpg'])
  expect((await library.client.labels.list({})).map(({ name, suggested }) => [name, suggested])).toEqual([
    ['animal/cat', 2],
  ])
  await library.client.rules.set({ rules: { ...cats, perLabel: [{ name: 'animal/cat', minScore: 0.55 }] } })
  expect(suggestions(await library.list())).toEqual(['dog', 'animal/cat', 'dog'])
})

test('leaves annotations unchanged, and does not suggest an annotated label under its new name', async () => {
  const library = openTestLibrary()
  const [a, b] = fill(library)
  const { client } = library
  await client.labels.reject({ photoIds: [b], name: 'tabby' })
  await client.labels.confirm({ photoIds: [a], name: 'tabby' })
  await client.rules.set({ rules: cats })
  const [cardA, cardB] = await library.list()
  // Of a, the lynx is still open: that one may be a cat.
  expect(cardA?.labels.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'tabby confirmed',
    'animal/cat suggested',
    'dog suggested',
  ])
  expect(cardB).toMatchObject({ state: 'rejected', labels: [{ name: 'tabby', state: 'rejected' }] })
  await client.labels.reject({ photoIds: [a], name: 'animal/cat' })
  expect(suggestions(await library.list())).toEqual(['dog', '', 'dog'])
  expect(await library.names({ labels: ['animal'] })).toEqual([])
})

test('applies the rules to exports, pages and the best suggestion too', async () => {
  const library = openTestLibrary()
  const photoIds = fill(library)
  await library.client.rules.set({ rules: cats })
  const page = await library.client.photos.list({ folder: '/p' })
  expect(page.map(({ labels }) => labels.map(({ name }) => name).join(' '))).toEqual([
    'animal/cat dog',
    'animal/cat',
    'dog',
  ])
  const request = { folders: ['/p'], topK: 1 }
  const { text } = await library.client.exports.chunk({ request, cursor: null })
  expect(
    text
      .split('\r\n')
      .slice(1, 4)
      .map((line) => line.split(',').slice(0, 4).join(',')),
  ).toEqual(['a.jpg,animal/cat,0.500000,1', 'b.jpg,animal/cat,0.600000,1', 'c.jpg,dog,0.050000,1'])
  expect(await library.client.labels.reviewTop({ photoIds, state: 'confirmed' })).toEqual({ photos: 3 })
  expect((await library.list()).map(({ labels }) => labels[0]?.name)).toEqual([
    'animal/cat',
    'animal/cat',
    'dog',
  ])
})

test('previews what a change does, without saving it', async () => {
  const library = openTestLibrary()
  const [a] = fill(library)
  const { client } = library
  await client.labels.confirm({ photoIds: [a], name: 'mine' })
  const before = await library.list()
  const rules = Rules.parse({ ...cats, minScore: 0.45 })
  const preview = await client.rules.preview({ rules })
  const histogram = Array<number>(20).fill(0)
  // After merging, before the minimum: a has 0.5, b 0.6, c 0.05.
  for (const bin of [10, 12, 1]) histogram[bin] = 1
  expect(preview).toEqual({ suggestedNow: 2, suggestedThen: 1, histogram })
  expect(await library.list()).toEqual(before)
  expect(await client.rules.get({})).toEqual(Rules.parse({}))
  await client.rules.set({ rules })
  expect(await client.rules.preview({ rules })).toEqual({ ...preview, suggestedNow: 1 })
  expect((await client.browse.counts({ filter: {} })).suggested).toBe(preview.suggestedThen)
})

test('undoes and redoes a change of the rules', async () => {
  const library = openTestLibrary()
  fill(library)
  const shown = async () => suggestions(await library.list())
  const before = await shown()
  await library.client.rules.set({ rules: cats })
  const after = await shown()
  expect(after).not.toEqual(before)
  await library.client.history.undo({})
  expect(await shown()).toEqual(before)
  await library.client.history.redo({})
  expect(await shown()).toEqual(after)
})

test('takes the last mapping of a class, and does not map targets further', async () => {
  const library = openTestLibrary()
  fill(library)
  const mapping = [
    { from: 'dog', to: 'puppy' },
    { from: 'dog', to: 'tabby' },
    { from: 'tabby', to: 'cat' },
  ]
  await library.client.rules.set({ rules: { mapping } })
  expect(suggestions(await library.list())).toEqual(['tabby cat lynx', 'cat web', 'web tabby'])
})
