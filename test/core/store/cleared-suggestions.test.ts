// Taking away what a model suggested: one step, for every photo, and no word of the user is lost.
import { expect, test } from 'vitest'
import { verbatim } from '../../../electron/texts/message.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { addFiles, addPhoto, addVariant, labelled, newHead, tempStore } from './helpers.ts'

function setUp() {
  const store = tempStore()
  const [a, b] = [addPhoto(store, 'a'), addPhoto(store, 'b')]
  addFiles(store, { '/p/a.jpg': a, '/p/b.jpg': b })
  const wrong = addVariant(store, 'wrong')
  store.predictions.saveBatch(wrong.variantId, wrong.jobId, [
    labelled(a, ['potpie', 'tabby']),
    labelled(b, ['wok']),
  ])
  const modelId = store.models.describeVariant(wrong.variantId)?.modelId
  if (modelId === undefined) throw new Error('no variant')
  const clear = () => store.clearedSuggestions.clearOf(modelId, 'wrong')
  const hasAny = () => store.clearedSuggestions.hasAny(modelId)
  return { store, a, b, ...wrong, clear, hasAny }
}

/** The labels of both photos as lists, exports, tiles and details have them; all agree. */
function shown(store: Store): (string | null)[][] {
  const labels = store.listing
    .page({ root: '/p', variantId: 'latest', after: null, limit: 9 })
    .map((file) => [file.status, ...file.labels.map(({ name, state }) => `${state} ${name}`)])
  const files = store.columns.files(1, 9).ids
  const cards = store.cards
    .get(files as never[])
    .map((card) => [card.status, ...card.labels.map(({ name, state }) => `${state} ${name}`)])
  expect(cards).toEqual(labels)
  return labels
}

test('takes away all suggestions of a model in one step, keeps what the user said, and undoes and redoes it', () => {
  const { store, a, clear, hasAny } = setUp()
  store.annotations.confirm([a], 'tabby')
  const said = store.annotations.of([a])
  const before = shown(store)
  expect(before).toEqual([
    ['labelled', 'confirmed tabby', 'suggested potpie'],
    ['labelled', 'suggested wok'],
  ])
  expect(hasAny()).toBe(true)
  expect(clear()).toEqual({ photos: 2 })
  expect(hasAny()).toBe(false)
  expect(shown(store)).toEqual([['labelled', 'confirmed tabby'], ['pending']])
  expect(store.annotations.of([a])).toEqual(said)
  expect(store.provenance.of(a).map(({ source }) => source)).toEqual(['human'])
  const step = { kind: 'clear-suggestions', name: 'wrong', photos: 2 }
  expect(store.history.state().undo).toMatchObject(step)
  // Nothing is left to take away, which is no step.
  expect(clear()).toEqual({ photos: 0 })
  expect(store.history.undo()).toMatchObject({ undo: { kind: 'confirm' }, redo: step })
  expect(shown(store)).toEqual(before)
  expect(hasAny()).toBe(true)
  store.history.redo()
  expect(shown(store)[1]).toEqual(['pending'])
})

test('shows what the other model suggested, and what the same one suggests afterwards, also after undo and redo', () => {
  const { store, a, b, variantId, jobId, clear } = setUp()
  const other = addVariant(store, 'other')
  store.predictions.saveBatch(other.variantId, other.jobId, [labelled(b, ['kettle'])])
  // The later run counts, of which the first model has one again.
  store.predictions.saveBatch(variantId, jobId, [labelled(b, ['wok'])])
  clear()
  expect(shown(store)).toEqual([['pending'], ['labelled', 'suggested kettle']])
  expect(store.predictions.stateOf(a, variantId)).toBeNull()
  store.predictions.saveBatch(variantId, jobId, [labelled(a, ['lynx'])])
  expect(shown(store)[0]).toEqual(['labelled', 'suggested lynx'])
  store.history.undo()
  store.history.redo()
  expect(shown(store)).toEqual([
    ['labelled', 'suggested lynx'],
    ['labelled', 'suggested kettle'],
  ])
})

test("takes away what the model's head suggested, and keeps the head and its promotion", () => {
  const { store, a, variantId, clear } = setUp()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [{ photoId: a, top: [{ label: 'cat', score: 0.9 }] }])
  clear()
  expect(shown(store)).toEqual([['pending'], ['pending']])
  expect(store.heads.promoted(variantId)?.id).toBe(head.id)
  store.history.undo()
  expect(shown(store)[0]).toEqual(['labelled', 'suggested cat'])
})

test('shows a failure that comes after suggestions were taken away, and not these', () => {
  const { store, a, variantId, jobId, clear } = setUp()
  clear()
  const failed = { status: 'failed', photoId: a, reason: verbatim('broken') } as const
  expect(store.predictions.saveBatch(variantId, jobId, [failed])).toEqual(['failed'])
  expect(shown(store)[0]).toEqual(['failed'])
  clear()
  expect(shown(store)[0]).toEqual(['failed'])
})
