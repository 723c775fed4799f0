// Predictions and annotations: neither changes the other.
import { expect, test } from 'vitest'
import { Rules } from '../../../electron/contract/rules.ts'
import { DeviceReport } from '../../../electron/contract/domain.ts'
import type { JobChanges } from '../../../electron/core/store/tables/jobs.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { saying } from '../../helpers/messages.ts'
import {
  addFiles,
  addPhoto,
  addVariant,
  failureOf,
  labelled,
  newHead,
  newModel,
  request,
  tempStore,
} from './helpers.ts'

/** A library with one file, and the labels that a list shows for it. */
function setUp() {
  const store = tempStore()
  const photoId = addPhoto(store, 'a')
  addFiles(store, { '/p/a.jpg': photoId })
  const { variantId, jobId } = addVariant(store)
  const show = () =>
    store.listing
      .page({ root: '/p', variantId, after: null, limit: 10 })
      .flatMap(({ labels }) => labels.map(({ name, source, state, rank }) => [name, source, state, rank]))
  return { store, photoId, variantId, jobId, show }
}

test('returns suggestions, state, size and embedding as they were saved', () => {
  const { store, photoId, variantId, jobId, show } = setUp()
  expect(store.predictions.stateOf(photoId, variantId)).toBeNull()
  const vector = new Float32Array([0, 0.1, -2, 3e38, 7]).subarray(1)
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'dog'], vector)])
  expect(store.predictions.stateOf(photoId, variantId)).toEqual({
    status: 'labelled',
    reason: null,
    jobId,
    ranks: 2,
    isConfirmed: 0,
  })
  expect(store.photos.size(photoId)).toEqual({ widthPx: 640, heightPx: 480 })
  expect(store.predictions.embedding(photoId, variantId)).toEqual(Float32Array.from(vector))
  expect(show()).toEqual([
    ['cat', 'model', 'suggested', 1],
    ['dog', 'model', 'suggested', 2],
  ])
})

test("replaces a variant's suggestions by a new success, and leaves other variants alone", () => {
  const { store, photoId, variantId, jobId, show } = setUp()
  const other = addVariant(store, 'v2')
  store.predictions.saveBatch(other.variantId, other.jobId, [labelled(photoId, ['fox'])])
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'dog', 'cow'])])
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['dog'])])
  expect(show()).toEqual([['dog', 'model', 'suggested', 1]])
  expect(store.predictions.stateOf(photoId, other.variantId)?.status).toBe('labelled')
})

test('replaces a failure by a failure, but never the labels of a success', () => {
  const { store, photoId, variantId, jobId, show } = setUp()
  const fail = (reason: string) =>
    store.predictions.saveBatch(variantId, jobId, [{ status: 'failed', photoId, reason: verbatim(reason) }])
  fail('first')
  fail('second')
  expect(store.predictions.stateOf(photoId, variantId)?.reason).toEqual(saying('second'))
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat'])])
  fail('third')
  expect(store.predictions.stateOf(photoId, variantId)).toMatchObject({ status: 'labelled', reason: null })
  expect(show()).toEqual([['cat', 'model', 'suggested', 1]])
})

test('saves a batch completely or not at all', () => {
  const { store, photoId, variantId, jobId } = setUp()
  const stranger = 999 as typeof photoId
  const batch = [labelled(photoId, ['cat']), labelled(stranger, ['cat'])]
  failureOf(() => store.predictions.saveBatch(variantId, jobId, batch))
  expect(store.predictions.stateOf(photoId, variantId)).toBeNull()
})

test('never changes annotations by a run, and never suggests a rejected label again', () => {
  const { store, photoId, variantId, jobId, show } = setUp()
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'dog'])])
  store.annotations.reject([photoId], 'cat')
  store.annotations.confirm([photoId], 'pet')
  const annotated = show().filter(([, source]) => source === 'human')
  expect(annotated).toEqual([
    ['pet', 'human', 'confirmed', null],
    ['cat', 'human', 'rejected', null],
  ])
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'pet', 'dog'])])
  store.predictions.saveBatch(variantId, jobId, [{ status: 'failed', photoId, reason: verbatim('broken') }])
  expect(show()).toEqual([
    ['pet', 'human', 'confirmed', null],
    ['dog', 'model', 'suggested', 3],
    ['cat', 'human', 'rejected', null],
  ])
  store.annotations.clear([photoId], 'cat')
  expect(show().map(([name]) => name)).toEqual(['pet', 'cat', 'dog'])
})

test('keeps the reviewed suggestion as provenance of a label, also without the model', () => {
  const { store, photoId, variantId, jobId } = setUp()
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'dog'], new Float32Array(4))])
  store.annotations.confirm([photoId], 'dog')
  store.annotations.confirm([photoId], 'mine')
  const model = store.models.find('tiny')
  expect(model && store.models.remove(model.id)).toBe(true)
  expect(store.models.list()).toEqual([])
  expect(store.models.lastUsed(null)).toBeNull()
  expect(store.predictions.stateOf(photoId, variantId)).toBeNull()
  expect(store.predictions.embedding(photoId, variantId)).toBeNull()
  const [file] = store.listing.page({
    root: '/p',
    variantId,
    after: null,
    limit: 1,
  })
  expect(file?.status).toBe('labelled')
  expect(file?.labels).toMatchObject([
    { name: 'dog', score: 0.4, modelName: 'tiny', modelVersion: 'v1', source: 'human', state: 'confirmed' },
    { name: 'mine', score: null, modelName: null, modelVersion: null },
  ])
})

test('keeps the model and the summed scores of merged classes as provenance of their label', () => {
  const { store, photoId, variantId, jobId } = setUp()
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['tabby', 'siamese', 'dog', 'cat'])])
  const mapping = ['tabby', 'siamese'].map((from) => ({ from, to: 'pet' }))
  store.history.setRules(Rules.parse({ mapping: [...mapping, { from: 'dog', to: null }] }))
  const [best] = store.suggestions.shown([photoId]).get(photoId) ?? []
  expect(best).toMatchObject({ name: 'pet', score: 1 })
  store.annotations.reviewSuggested(new Map([[photoId, best === undefined ? [] : [best]]]), 'confirmed')
  store.annotations.confirm([photoId], 'siamese')
  store.annotations.reject([photoId], 'cat')
  expect(store.provenance.of(photoId).slice(0, 3)).toMatchObject([
    { name: 'pet', score: 1, modelName: 'tiny', modelVersion: 'v1', state: 'confirmed' },
    { name: 'siamese', score: null, modelName: null, state: 'confirmed' },
    { name: 'cat', score: 0.2, modelName: 'tiny', state: 'rejected' },
  ])
})

test('keeps the variant that the user saw as provenance, not an earlier one', () => {
  const { store, photoId, variantId, jobId } = setUp()
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat', 'dog'])])
  const head = store.heads.add(newHead(variantId, [photoId]))
  store.heads.promote(variantId, head.id, [{ photoId, top: [{ label: 'cat', score: 0.9 }] }])
  const other = addVariant(store, 'v2')
  store.predictions.saveBatch(other.variantId, other.jobId, [labelled(photoId, ['dog', 'cat'])])
  store.annotations.confirm([photoId], 'cat')
  expect(store.annotations.of([photoId]).get(photoId)).toMatchObject([
    { name: 'cat', score: 0.4, modelVersion: 'v2' },
  ])
})

test('keeps annotations that were made after the suggestions were shown', () => {
  const { store, photoId, variantId, jobId, show } = setUp()
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat'])])
  const shown = store.suggestions.shown([photoId])
  store.annotations.reject([photoId], 'cat')
  expect(store.annotations.reviewSuggested(shown, 'confirmed')).toEqual({ photos: 0 })
  expect(show()).toEqual([['cat', 'human', 'rejected', null]])
  store.annotations.confirm([photoId], 'dog')
  store.annotations.reviewSuggested(shown, 'confirmed')
  expect(show()).toEqual([
    ['dog', 'human', 'confirmed', null],
    ['cat', 'human', 'rejected', null],
  ])
})

test('annotates all photos of a call, or none where one is unknown', () => {
  const { store, photoId, show } = setUp()
  const other = addPhoto(store, 'b')
  addFiles(store, { '/p/b.jpg': other })
  store.annotations.confirm([photoId, other], 'pet')
  expect(show()).toHaveLength(2)
  const { code, message } = failureOf(() => store.annotations.confirm([photoId, 77 as typeof photoId], 'zoo'))
  expect([code, message]).toEqual(['not-found', expect.stringContaining('Photo 77')])
  expect(show()).toHaveLength(2)
})

test('returns jobs as they were saved, and finds the unfinished one of an equal request', () => {
  const { store, variantId, jobId } = setUp()
  const created = store.jobs.get(jobId)
  expect(created).toMatchObject({ id: jobId, state: 'running', inferred: 0, endedAtMs: null })
  if (created === null) return
  const counts = { files: 5, labelled: 3, failed: 1, skipped: 1, reused: 2 }
  const device = DeviceReport.parse({
    requested: 'auto',
    ran: 'cpu',
    nodeShare: 1,
    workers: 2,
    threads: 2,
    batchSize: 8,
    trials: [],
  })
  const paused: JobChanges = { state: 'paused', counts, device, inferred: 3 }
  expect(store.jobs.update(jobId, paused)).toEqual({ ...created, ...paused })
  expect(store.jobs.get(jobId)).toEqual({ ...created, ...paused })
  expect(store.jobs.findUnfinished(request, variantId)?.id).toBe(jobId)
  expect(store.jobs.findUnfinished({ ...request, topK: 3 }, variantId)).toBeNull()
  expect(store.jobs.findUnfinished(request, addVariant(store, 'v2').variantId)?.id).not.toBe(jobId)
  store.jobs.update(jobId, { state: 'done', endedAtMs: 5 })
  expect(store.jobs.findUnfinished(request, variantId)).toBeNull()
  expect(store.jobs.list().map(({ state }) => state)).toEqual(['running', 'done'])
})

test('identifies a model by its weights, and gives each precision and input size a variant of its own', () => {
  const { store, variantId } = setUp()
  const model = store.models.find('tiny')
  if (model === null) throw new Error('not found')
  const { id: modelId } = model
  const moved = store.models.upsert({ ...newModel, name: 'renamed', path: '/elsewhere' })
  expect(moved.id).toBe(modelId)
  expect(store.models.find('tiny')).toBeNull()
  expect(store.models.find('/elsewhere')?.id).toBe(modelId)
  const size = { inputWidthPx: 32, inputHeightPx: 32 }
  expect(store.models.variant({ modelId, precision: 'fp32', ...size })).toBe(variantId)
  expect(store.models.variant({ modelId, precision: 'int8', ...size })).not.toBe(variantId)
  expect(store.models.variant({ modelId, precision: 'fp32', ...size, inputHeightPx: 64 })).not.toBe(variantId)
  expect(store.models.lastUsed(modelId)).toBe(variantId)
})
