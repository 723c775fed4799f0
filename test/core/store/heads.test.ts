// Heads in the store: migrations, versions, promotion and rollback, and annotations that no head changes.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { readShownSuggestions } from '../../../electron/core/browse/shown-suggestions.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import type { HeadPrediction } from '../../../electron/core/store/tables/head-predictions.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import type { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, addVariant, failureOf, labelled, newHead, tempStore } from './helpers.ts'
import { loadEmbeddings } from '../../helpers/load-embeddings.ts'

const predicts = (photoId: PhotoId, ...labels: string[]): HeadPrediction => ({
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

test('migration 0020 adds STRICT tables to a library of version 10 and keeps its content', () => {
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

test('migration 0030 keeps heads, their predictions and which one is promoted, and allows the kind knn', () => {
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
  expect(store.annotations.list()).toEqual([{ photoId: 1, name: 'cat', state: 'confirmed' }])
  expect(store.heads.add({ ...newHead(variantId, [1 as PhotoId]), kind: 'knn', l2: null }).version).toBe(2)
  expect(failureOf(() => store.heads.add(newHead(99 as VariantId))).message).toBeTruthy()
})

test('keeps the head and its score as provenance of a confirmed suggestion, also without the head', () => {
  const { store, variantId, a } = setUp()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [predicts(a, 'cat', 'tabby')])
  const annotated = () =>
    store.listing
      .page({ root: '/p', variantId, after: null, limit: 1 })
      .flatMap(({ labels }) => labels)
      .filter(({ source }) => source === 'human')
      .map(({ name, score, modelVersion }) => ({ name, score, modelVersion }))
  store.annotations.confirm([a], 'cat')
  // The model predicts tabby too, but the user saw the head's prediction.
  store.annotations.confirm([a], 'tabby')
  const remembered = [
    { name: 'cat', score: 0.9, modelVersion: 'head-1' },
    { name: 'tabby', score: 0.8, modelVersion: 'head-1' },
  ]
  expect(annotated()).toEqual(remembered)
  store.models.remove(head.modelId)
  store.annotations.confirm([a], 'cat')
  expect(annotated()).toEqual(remembered)
})

test('numbers the versions of heads, and returns their weights and training photos', () => {
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

test("shows a promoted head's predictions before the model's, annotations before both, and no rejected label", () => {
  const { store, variantId, a, b, shown } = setUp()
  store.annotations.reject([a], 'cat')
  store.annotations.confirm([b], 'dog')
  const annotated = store.annotations.list()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [predicts(a, 'cat', 'dog'), predicts(b, 'cat', 'dog')])
  expect(shown()).toEqual([
    ['dog', 'cat:rejected'],
    ['dog:confirmed', 'cat'],
  ])
  expect(store.heads.promoted(variantId)).toMatchObject({ id: head.id, isPromoted: true })
  expect(readShownSuggestions(store).first(a)).toBe('dog')
  expect(store.predictions.topLabels(variantId).get(a)).toBe('tabby')
  expect(store.annotations.list()).toEqual(annotated)
})

test("shows the model's predictions for photos without a head's, but not where every label is annotated", () => {
  const { store, variantId, a, shown } = setUp()
  const head = store.heads.add(newHead(variantId))
  store.heads.promote(variantId, head.id, [predicts(a, 'cat')])
  expect(shown()).toEqual([['cat'], ['pug']])
  store.annotations.reject([a], 'cat')
  expect(shown()).toEqual([['cat:rejected'], ['pug']])
})

test('promotes a head with more predictions than one statement writes, each with its label and score', () => {
  const { store, variantId } = setUp()
  const head = store.heads.add(newHead(variantId))
  const photoIds = Array.from({ length: 301 }, (_, number) => addPhoto(store, `many ${number}`))
  const topOf = (at: number) => [
    { label: `first ${at}`, score: 0.5 + at / 1000 },
    { label: `second ${at}`, score: at / 1000 },
  ]
  const predictions = photoIds.map((photoId, at) => ({ photoId, top: topOf(at) }))
  expect(store.heads.promote(variantId, head.id, predictions)).toBe(301)
  const db = new Database(store.file, { readonly: true })
  onTestFinished(() => void db.close())
  const rows = db.prepare(
    `SELECT photo_id AS photoId, rank, name AS label, score FROM head_prediction JOIN label ON label.id = label_id
     ORDER BY photo_id, rank`,
  )
  const expected = predictions.flatMap(({ photoId, top }) =>
    top.map((one, index) => ({ photoId, rank: index + 1, ...one })),
  )
  expect(rows.all()).toEqual(expected)
})

test('rolls back one head at a time, down to the model', () => {
  const { store, variantId, a, shown } = setUp()
  const before = shown()
  const [one, two] = [store.heads.add(newHead(variantId)), store.heads.add(newHead(variantId))]
  store.heads.promote(variantId, one.id, [predicts(a, 'cat')])
  store.heads.promote(variantId, two.id, [predicts(a, 'dog')])
  store.heads.promote(variantId, two.id, [predicts(a, 'dog', 'cat')])
  expect(shown()[0]).toEqual(['dog', 'cat'])
  expect(store.heads.rollback(variantId, () => [predicts(a, 'cat')]).head?.id).toBe(one.id)
  expect(shown()[0]).toEqual(['cat'])
  const nothing = () => {
    throw new Error('no head to ask')
  }
  expect(store.heads.rollback(variantId, nothing).head).toBeNull()
  expect(shown()).toEqual(before)
  expect(store.heads.rollback(variantId, nothing).head).toBeNull()
})

test('rolls back in the order of promotions, not of versions', () => {
  const { store, variantId, a, shown } = setUp()
  const [one, two] = [store.heads.add(newHead(variantId)), store.heads.add(newHead(variantId))]
  store.heads.promote(variantId, two.id, [predicts(a, 'dog')])
  store.heads.promote(variantId, one.id, [predicts(a, 'cat')])
  expect(store.heads.rollback(variantId, () => [predicts(a, 'dog')]).head?.id).toBe(two.id)
  expect(shown()[0]).toEqual(['dog'])
})

test('changes nothing when a promotion fails', () => {
  const { store, variantId, a, shown } = setUp()
  const head = store.heads.add(newHead(variantId))
  const before = shown()
  function* breaking(): Generator<HeadPrediction> {
    yield predicts(a, 'cat')
    throw new Error('power cut')
  }
  expect(() => {
    store.heads.promote(variantId, head.id, breaking())
  }).toThrow('power cut')
  expect(shown()).toEqual(before)
  expect(store.heads.promoted(variantId)).toBeNull()
})

test('a promotion or rollback that ends while its predictions replace others changes nothing', () => {
  const { store, variantId, a, shown } = setUp()
  const [one, two] = [store.heads.add(newHead(variantId)), store.heads.add(newHead(variantId))]
  store.heads.promote(variantId, two.id, [predicts(a, 'dog')])
  store.heads.promote(variantId, one.id, [predicts(a, 'cat')])
  const state = () => [shown(), store.history.state(), store.heads.promoted(variantId)?.id]
  const before = state()
  // Before the old ones are removed, and after that.
  for (const calls of [1, 2]) {
    const stop = () => {
      let left = calls
      return () => {
        if (--left === 0) throw new Error('cancelled')
      }
    }
    const predictions = [predicts(a, 'dog')]
    expect(() => store.heads.promote(variantId, two.id, predictions, stop())).toThrow('cancelled')
    expect(() => store.heads.rollback(variantId, () => predictions, stop())).toThrow('cancelled')
    expect(state()).toEqual(before)
  }
})

test('puts more predictions in place than fit into one statement', () => {
  const { store, variantId, a, b } = setUp()
  const head = store.heads.add(newHead(variantId))
  const top = Array.from({ length: 60_000 }, () => ({ label: 'cat', score: 0.5 }))
  const shares: number[] = []
  store.heads.promote(variantId, head.id, [{ photoId: a, top }, predicts(b, 'dog')], (share) =>
    shares.push(share),
  )
  expect(shares).toEqual([0, 0, 50_000 / 60_001])
  const raw = new Database(store.file, { readonly: true })
  expect(raw.prepare('SELECT count(*) FROM head_prediction').pluck().get()).toBe(60_001)
  raw.close()
})

test("lets another connection save annotations while a head's predictions are computed", () => {
  const { store, variantId, a, b, shown } = setUp()
  const other = openStore({ file: store.file, busyTimeoutMs: 0 })
  onTestFinished(() => other.close())
  const one = store.heads.add(newHead(variantId))
  const two = store.heads.add(newHead(variantId))
  function* slowly(): Generator<HeadPrediction> {
    yield predicts(a, 'cat')
    other.annotations.reject([b], 'dog')
    other.history.undo()
    yield predicts(b, 'dog', 'cat')
  }
  store.heads.promote(variantId, one.id, slowly())
  const before = shown()
  store.heads.promote(variantId, two.id, [])
  expect(store.heads.rollback(variantId, slowly).head?.id).toBe(one.id)
  expect(shown()).toEqual(before)
})

test('removes the heads of a removed model and keeps annotations', () => {
  const { store, variantId, a } = setUp()
  store.annotations.confirm([a], 'cat')
  const head = store.heads.add(newHead(variantId, [a]))
  store.heads.promote(variantId, head.id, [predicts(a, 'cat')])
  expect(store.models.remove(head.modelId)).toBe(true)
  expect(store.heads.get(head.id)).toBeNull()
  expect(store.annotations.list()).toHaveLength(1)
})

test('returns embeddings as one array, without photos whose files are missing', () => {
  const { store, variantId, a, b } = setUp()
  expect(loadEmbeddings(store, variantId)).toEqual({
    photoIds: [a, b],
    subjectIds: [a, b],
    dim: 3,
    values: Float32Array.of(1, 0, 1, 2, 0, 1),
  })
  const scanId = addFiles(store, { '/p/b.jpg': b })
  store.files.markMissing('/p', scanId)
  expect(loadEmbeddings(store, variantId).photoIds).toEqual([b])
  expect([...store.files.photoPaths()]).toEqual([[b, '/p/b.jpg']])
})

test('rejects a head of an unknown variant', () => {
  const { store } = setUp()
  expect(failureOf(() => store.heads.add(newHead(99 as VariantId))).code).toBe('internal')
})
