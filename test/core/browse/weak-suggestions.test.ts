// Which suggestions count: the best one from a minimum on, or all above theirs where photos have several labels.
import { expect, test } from 'vitest'
import { openTestLibrary, type TestLibrary } from './helpers.ts'

const weakness = async (library: TestLibrary) =>
  (await library.list()).map(({ labels }) => labels.map(({ name, isWeak }) => (isWeak ? `${name}?` : name)))

function fill(library: TestLibrary) {
  const [sure, unsure, mine] = library.addFiles({ 'a.jpg': {}, 'b.jpg': {}, 'c.jpg': {} })
  if (!sure || !unsure || !mine) throw new Error('no photos')
  library.predict(sure, { toucan: 0.5, albatross: 0.45, stork: 0.001 })
  library.predict(unsure, { albatross: 0.29, umbrella: 0.2 })
  library.predict(mine, { toucan: 0.8, albatross: 0.2 })
  library.store.annotations.confirm([mine], 'toucan')
  const [model] = library.store.models.list()
  if (!model) throw new Error('no model')
  return { sure, model }
}

test('only the best suggestion counts, from 30 % on, and none where a label is confirmed', async () => {
  const library = openTestLibrary()
  const { sure } = fill(library)
  expect(await weakness(library)).toEqual([
    ['toucan', 'albatross?'],
    ['albatross?', 'umbrella?'],
    ['toucan', 'albatross?'],
  ])
  expect(await library.names({ suggestedLabels: ['albatross'] })).toEqual([])
  expect(await library.names({ labels: ['toucan'] })).toEqual(['a.jpg', 'c.jpg'])
  expect(await library.names({ isUncertain: true })).toEqual(['b.jpg'])
  expect(await library.names({}, { by: 'score', isDescending: true })).toEqual(['a.jpg', 'b.jpg', 'c.jpg'])
  library.store.annotations.reject([sure], 'toucan')
  expect((await library.client.browse.labels({})).map(({ name, suggested }) => [name, suggested])).toEqual([
    ['albatross', 1],
    ['toucan', 0],
  ])
})

test('what would show as 0 % is offered nowhere, also once all that is surer was rejected', async () => {
  const library = openTestLibrary()
  const { sure } = fill(library)
  for (const name of ['toucan', 'albatross']) library.store.annotations.reject([sure], name)
  const [first] = await library.list()
  expect(first?.labels.map(({ name, state }) => `${state} ${name}`)).toEqual([
    'rejected toucan',
    'rejected albatross',
  ])
  expect(first?.state).toBe('rejected')
  expect(await library.names({ labels: ['stork'] })).toEqual([])
  expect(await library.names({ text: 'stork' })).toEqual([])
})

test('a minimum of the model counts, and one that the user set goes before it', async () => {
  const library = openTestLibrary()
  const { model } = fill(library)
  library.store.models.setDecisionRule(model.id, 0.55, false)
  expect(await library.names({ isUncertain: true })).toEqual(['a.jpg', 'b.jpg'])
  await library.client.rules.set({ rules: { perLabel: [{ name: 'albatross', minScore: 0.25 }] } })
  expect(await library.names({ suggestedLabels: ['albatross'] })).toEqual(['b.jpg'])
  await library.client.rules.set({ rules: { minScore: 0.4 } })
  expect(await library.names({ suggestedLabels: ['toucan'] })).toEqual(['a.jpg'])
})

test('every label above its threshold counts where photos have several', async () => {
  const library = openTestLibrary()
  const { model } = fill(library)
  library.store.models.setDecisionRule(model.id, 0.25, true)
  expect(await weakness(library)).toEqual([
    ['toucan', 'albatross'],
    ['albatross', 'umbrella?'],
    ['toucan', 'albatross?'],
  ])
  const byScore = { by: 'score', isDescending: true } as const
  expect(await library.names({ suggestedLabels: ['albatross'] }, byScore)).toEqual(['a.jpg', 'b.jpg'])
  expect(await library.names({ suggestedLabels: ['albatross'], maxScore: 0.3 })).toEqual(['b.jpg'])
})
