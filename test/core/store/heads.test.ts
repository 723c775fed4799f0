// Heads in the store: the migration, versions, promotion and the way back, and that people keep the last word.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { readShownSuggestions } from '../../../electron/core/browse/shown-suggestions.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import type { HeadPrediction } from '../../../electron/core/store/head-predictions.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import type { VariantId } from '../../../electron/core/store/models.ts'
import { openLibrary } from '../../../electron/core/store/open.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, addVariant, failureOf, labelled, newHead, tempStore } from './helpers.ts'

const says = (photoId: PhotoId, ...labels: string[]): HeadPrediction => ({
  photoId,
  top: labels.map((label, index) => ({ label, score: 0.9 - 0.1 * index })),
})

function setUp(): { store: Store; variantId: VariantId; a: PhotoId; b: PhotoId; shown: () => string[][] } {
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const [a, b] = [addPhoto(store, 'a'), addPhoto(store, 'b')]
  addFiles(store, { '/p/a.jpg': a, '/p/b.jpg': b })
  const vector = (x: number) => Float32Array.of(x, 0, 1)
  store.predictions.saveBatch(variantId, jobId, [
    labelled(a, ['tabby', 'lynx'], vector(1)),
    labelled(b, ['pug'], vector(2)),
  ])
  const shown = () =>
    store.listing
      .page({ root: '/p', variantId, after: null, limit: 10 })
      .map(({ labels }) =>
        labels.map(({ name, state }) => (state === 'suggested' ? name : `${name}:${state}`)),
      )
  return { store, variantId, a, b, shown }
}

test('0020 adds STRICT tables to a library of version 10 and keeps what is in it', () => {
  const file = join(tempFolder(), 'library.sqlite')
  const old = openLibrary({ file }, migrations.slice(0, 1))
  old.exec("INSERT INTO label (name) VALUES ('cat')")
  old.close()
  openLibrary({ file }, migrations.slice(0, 2)).close()
  const raw = new Database(file)
  onTestFinished(() => void raw.close())
  expect(raw.pragma('user_version', { simple: true })).toBe(20)
  expect(raw.prepare('SELECT name FROM label').all()).toEqual([{ name: 'cat' }])
  const loose =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'"
  expect(raw.prepare(loose).all()).toEqual([])
  expect(() => raw.exec('INSERT INTO head_prediction VALUES (1, 1, 0, 1, 1, 0.5)')).toThrow(/CHECK/)
})

test('0030 keeps heads, what they said and which one is in use, and lets in the kind knn', () => {
  const file = join(tempFolder(), 'library.sqlite')
  openLibrary({ file }, migrations.slice(0, 2)).close()
  const raw = new Database(file)
  raw.exec(`
    INSERT INTO photo (id, content_hash, size_bytes) VALUES (1, zeroblob(32), 1);
    INSERT INTO label (id, name) VALUES (1, 'cat');
    INSERT INTO model VALUES (1, 'v1', 'tiny', '/m', 'checkpoint', 3, 4, 32, 32, 1000, 0, NULL);
    INSERT INTO model_variant VALUES (1, 1, 'fp32', 32, 32);
    INSERT INTO head VALUES (1, 1, 1, 'linear', 'single', '["cat"]', 1, x'0000803f00000000', 1, 0.1, 0, 'none', NULL, 5);
    INSERT INTO head_example VALUES (1, 1);
    INSERT INTO head_promotion VALUES (1, 1, 1, 6);
    INSERT INTO head_prediction VALUES (1, 1, 1, 1, 1, 0.9);
    INSERT INTO annotation VALUES (1, 1, 'confirmed', NULL, NULL, 7)`)
  raw.close()
  const store = tempStore(file)
  const variantId = 1 as VariantId
  const head = store.heads.promoted(variantId)
  expect(head).toMatchObject({ id: 1, version: 1, classes: ['cat'], trainedOn: 1, createdAtMs: 5 })
  expect(store.heads.parameters(head?.id ?? (0 as never))?.values).toEqual(Float32Array.of(1, 0))
  const kept = new Database(file, { readonly: true })
  expect(kept.prepare('SELECT photo_id, rank, label_id, score FROM head_prediction').raw().all()).toEqual([
    [1, 1, 1, 0.9],
  ])
  kept.close()
  expect(store.embeddings.judgements()).toEqual([{ photoId: 1, name: 'cat', state: 'confirmed' }])
  expect(store.heads.add({ ...newHead(variantId, [1 as PhotoId]), kind: 'knn', l2: null }).version).toBe(2)
  expect(failureOf(() => store.heads.add(newHead(99 as VariantId))).message).toBeTruthy()
})

test('a confirmed suggestion of a head remembers the head and its score, also when the head is gone', () => {
  const { store, variantId, a } = setUp()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [says(a, 'cat', 'tabby')])
  const human = () =>
    store.listing
      .page({ root: '/p', variantId, after: null, limit: 1 })
      .flatMap(({ labels }) => labels)
      .filter(({ source }) => source === 'human')
      .map(({ name, score, modelVersion }) => ({ name, score, modelVersion }))
  store.annotations.confirm([a], 'cat')
  // The model says tabby too, but what the person saw was the head.
  store.annotations.confirm([a], 'tabby')
  const remembered = [
    { name: 'cat', score: 0.9, modelVersion: 'head-1' },
    { name: 'tabby', score: 0.8, modelVersion: 'head-1' },
  ]
  expect(human()).toEqual(remembered)
  store.models.remove(head.modelId)
  store.annotations.confirm([a], 'cat')
  expect(human()).toEqual(remembered)
})

test('heads count up their versions and remember their weights and their photos', () => {
  const { store, variantId, a, b } = setUp()
  const first = store.heads.add(newHead(variantId, [a, b]))
  const second = store.heads.add(newHead(variantId, [a]))
  expect([first, second].map(({ version, trainedOn }) => [version, trainedOn])).toEqual([
    [1, 2],
    [2, 1],
  ])
  expect(store.heads.list(variantId)).toEqual([second, first])
  expect(store.heads.parameters(first.id)).toEqual({
    dim: 3,
    variantId,
    values: newHead(variantId).parameters,
  })
  expect(store.heads.trainedOn(first.id)).toEqual(new Set([a, b]))
  expect(store.heads.promoted(variantId)).toBeNull()
})

test('a promoted head speaks instead of the model, people before both; rejected labels stay away', () => {
  const { store, variantId, a, b, shown } = setUp()
  store.annotations.reject([a], 'cat')
  store.annotations.confirm([b], 'dog')
  const human = store.embeddings.judgements()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [says(a, 'cat', 'dog'), says(b, 'cat', 'dog')])
  expect(shown()).toEqual([
    ['dog', 'cat:rejected'],
    ['dog:confirmed', 'cat'],
  ])
  expect(store.heads.promoted(variantId)).toMatchObject({ id: head.id, isPromoted: true })
  expect(readShownSuggestions(store).first(a)).toBe('dog')
  expect(store.embeddings.firstOfModel(variantId).get(a)).toBe('tabby')
  expect(store.embeddings.judgements()).toEqual(human)
})

test('the model speaks for photos that the head has not seen, and not for one whose every label was judged', () => {
  const { store, variantId, a, shown } = setUp()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [says(a, 'cat')])
  expect(shown()).toEqual([['cat'], ['pug']])
  store.annotations.reject([a], 'cat')
  expect(shown()).toEqual([['cat:rejected'], ['pug']])
})

test('rollback goes back one head at a time, down to the model', () => {
  const { store, variantId, a, shown } = setUp()
  const before = shown()
  const [one, two] = [store.heads.add(newHead(variantId)), store.heads.add(newHead(variantId))]
  store.heads.promote(variantId, one.id, [says(a, 'cat')])
  store.heads.promote(variantId, two.id, [says(a, 'dog')])
  store.heads.promote(variantId, two.id, [says(a, 'dog', 'cat')])
  expect(shown()[0]).toEqual(['dog', 'cat'])
  expect(store.heads.rollback(variantId, () => [says(a, 'cat')]).head?.id).toBe(one.id)
  expect(shown()[0]).toEqual(['cat'])
  const nothing = () => {
    throw new Error('no head to ask')
  }
  expect(store.heads.rollback(variantId, nothing).head).toBeNull()
  expect(shown()).toEqual(before)
  expect(store.heads.rollback(variantId, nothing).head).toBeNull()
})

test('rollback goes by the order in which heads were taken into use, not by their numbers', () => {
  const { store, variantId, a, shown } = setUp()
  const [one, two] = [store.heads.add(newHead(variantId)), store.heads.add(newHead(variantId))]
  store.heads.promote(variantId, two.id, [says(a, 'dog')])
  store.heads.promote(variantId, one.id, [says(a, 'cat')])
  expect(store.heads.rollback(variantId, () => [says(a, 'dog')]).head?.id).toBe(two.id)
  expect(shown()[0]).toEqual(['dog'])
})

test('a promotion that breaks off changes nothing', () => {
  const { store, variantId, a, shown } = setUp()
  const head = store.heads.add(newHead(variantId))
  const before = shown()
  function* breaking(): Generator<HeadPrediction> {
    yield says(a, 'cat')
    throw new Error('power cut')
  }
  expect(() => {
    store.heads.promote(variantId, head.id, breaking())
  }).toThrow('power cut')
  expect(shown()).toEqual(before)
  expect(store.heads.promoted(variantId)).toBeNull()
})

test('while suggestions of a head are being worked out, another connection can save what a person says', () => {
  const { store, variantId, a, b, shown } = setUp()
  const other = openStore({ file: store.file, busyTimeoutMs: 0 })
  onTestFinished(() => other.close())
  const one = store.heads.add(newHead(variantId))
  const two = store.heads.add(newHead(variantId))
  function* slowly(): Generator<HeadPrediction> {
    yield says(a, 'cat')
    other.annotations.reject([b], 'dog')
    other.history.undo()
    yield says(b, 'dog', 'cat')
  }
  store.heads.promote(variantId, one.id, slowly())
  const before = shown()
  store.heads.promote(variantId, two.id, [])
  expect(store.heads.rollback(variantId, slowly).head?.id).toBe(one.id)
  expect(shown()).toEqual(before)
})

test('a removed model takes its heads along and leaves what people said', () => {
  const { store, variantId, a } = setUp()
  store.annotations.confirm([a], 'cat')
  const head = store.heads.add(newHead(variantId, [a]))
  store.heads.promote(variantId, head.id, [says(a, 'cat')])
  expect(store.models.remove(head.modelId)).toBe(true)
  expect(store.heads.get(head.id)).toBeNull()
  expect(store.embeddings.judgements()).toHaveLength(1)
})

test('embeddings come as one array, without photos whose files are gone', () => {
  const { store, variantId, a, b } = setUp()
  expect(store.embeddings.load(variantId)).toEqual({
    photoIds: [a, b],
    dim: 3,
    values: Float32Array.of(1, 0, 1, 2, 0, 1),
  })
  const scanId = addFiles(store, { '/p/b.jpg': b })
  store.files.markMissing('/p', scanId)
  expect(store.embeddings.load(variantId).photoIds).toEqual([b])
  expect([...store.embeddings.places()]).toEqual([[b, '/p/b.jpg']])
})

test('a head needs a variant that is there', () => {
  const { store } = setUp()
  expect(failureOf(() => store.heads.add(newHead(99 as VariantId))).code).toBe('internal')
})
