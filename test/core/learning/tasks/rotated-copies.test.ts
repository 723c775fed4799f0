// A photo and its rotated copy are one image: one example, on one side of every division, and asked about once.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import { createRandom } from '../../../../electron/core/learning/algorithms/random.ts'
import { noReport } from '../../../../electron/core/learning/algorithms/report.ts'
import { createContext } from '../../../../electron/core/learning/context.ts'
import { evaluateHead } from '../../../../electron/core/learning/tasks/evaluate.ts'
import { suggestQueue } from '../../../../electron/core/learning/tasks/queue.ts'
import { trainHead } from '../../../../electron/core/learning/tasks/train.ts'
import { keysOf } from '../../../helpers/keys.ts'
import { addFiles, addVariant, labelled, tempStore } from '../../store/helpers.ts'

const [photos, classes] = [120, ['ant', 'bee', 'cat']]
const training = { modelId: null, mode: 'single', seed: 1, heldOutFolder: null, classes: null } as const
const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** A library in which each photo has a rotated copy, whose embedding is a little different; a part is labelled. */
function setUp(labelledPhotos: number) {
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const numbers = Array.from({ length: photos }, (_, number) => number)
  const add = (rendering: string) =>
    numbers.map((number) => {
      const keys = keysOf(sha256(String(number)))
      return store.photos.identify({ ...keys, rendering: sha256(`${rendering} ${number}`) }, null)
    })
  const [uprights, rotated] = [add('upright'), add('rotated')]
  const place = (folder: string, ids: readonly PhotoId[]) =>
    addFiles(store, Object.fromEntries(ids.map((id, number) => [`${folder}/${number}.jpg`, id])))
  place('/upright', uprights)
  place('/rotated', rotated)
  const random = createRandom(1)
  const results = [...uprights, ...rotated].map((id, at) => {
    const embedding = Float32Array.from({ length: 4 }, (_, d) => (d === at % 3 ? 1 : 0) + random() / 2)
    return labelled(id, ['something'], embedding)
  })
  store.predictions.saveBatch(variantId, jobId, results)
  for (const [c, name] of classes.entries())
    store.annotations.confirm(
      uprights.slice(0, labelledPhotos).filter((_, number) => number % 3 === c),
      name,
    )
  const context = createContext(store, noReport)
  return { store, context, uprights, rotated }
}

test('a photo and its rotated copy are one example, which is trained on or held out', () => {
  const { store, context, uprights } = setUp(photos)
  const { head } = trainHead(context, training)
  expect(head.photoIds.length + (head.metrics?.photos ?? 0)).toBe(photos)
  const heldOut = head.verdicts.map(({ photoId }) => photoId)
  expect([...head.photoIds, ...heldOut].toSorted((a, b) => a - b)).toEqual(uprights)
  // The held-out photos are those that are new to the head, also when only the copies are left.
  const { id } = store.heads.add(head)
  store.files.markMissing('/upright', store.files.beginScan())
  expect(evaluateHead(context, { id, folder: null }).photos).toBe(heldOut.length)
  const again = trainHead(context, training).head
  const subjects = store.photos.subjects(again.photoIds)
  expect(again.photoIds.map((photoId) => subjects.get(photoId))).toEqual(head.photoIds)
})

test('a folder that is kept aside keeps its images aside, in whatever folder their other renderings lie', () => {
  const { store, context, rotated } = setUp(photos)
  addFiles(store, Object.fromEntries(rotated.slice(0, 45).map((id) => [`/aside/${id}.jpg`, id])))
  const { head } = trainHead(context, { ...training, heldOutFolder: '/aside' })
  expect([head.photoIds.length, head.metrics?.photos]).toEqual([photos - 45, 45])
})

test('the queue asks about an image once, and never about a copy of one that is labelled', () => {
  const { context, uprights } = setUp(60)
  const queue = suggestQueue(context, { modelId: null, limit: 2 * photos, seed: 1 })
  expect(queue.map(({ photoId }) => photoId).toSorted((a, b) => a - b)).toEqual(uprights.slice(60))
})
