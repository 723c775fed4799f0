// The batcher runs full batches while photos are coming, and the rest at the end.
import { expect, test } from 'vitest'
import { unknownStamp } from '../../electron/common/file-stamp.ts'
import type { InferResult } from '../../electron/contract/inference.ts'
import { createBatcher } from '../../electron/worker/batcher.ts'
import { saying } from '../helpers/messages.ts'

const photo = { widthPx: 1, heightPx: 1, takenAtMs: null, pixels: new Uint8Array(3) }
const items = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, path: `${id}.jpg`, ...unknownStamp }))
const toResult = (id: number): InferResult => ({
  ok: true,
  id,
  widthPx: 1,
  heightPx: 1,
  takenAtMs: null,
  top: [],
  embedding: null,
})

/** Collects reports until `count` results are there. */
function collect(count: number) {
  const reports: InferResult[][] = []
  const { promise, resolve } = Promise.withResolvers<InferResult[][]>()
  const report = (results: InferResult[]) => {
    reports.push(results)
    if (reports.flat().length === count) resolve(reports)
  }
  return { report, done: promise }
}

test('fills batches and runs the remainder at the end', async () => {
  const { report, done } = collect(10)
  const sizes: number[] = []
  const batcher = createBatcher({
    batchSize: 4,
    decodeAhead: 8,
    decode: () => Promise.resolve(photo),
    run: (photos) => {
      sizes.push(photos.length)
      return Promise.resolve(photos.map(({ id }) => toResult(id)))
    },
    report,
  })
  batcher.add(items(10), 5)
  await done
  expect(sizes).toEqual([4, 4, 2])
})

test('decodes no more photos ahead than its limit', async () => {
  const { report, done } = collect(20)
  let open = 0
  let most = 0
  const batcher = createBatcher({
    batchSize: 2,
    decodeAhead: 5,
    decode: () => {
      most = Math.max(most, ++open)
      return Promise.resolve(photo)
    },
    run: (photos) => {
      open -= photos.length
      return Promise.resolve(photos.map(({ id }) => toResult(id)))
    },
    report,
  })
  batcher.add(items(20), 5)
  await done
  // A batch that is running has left the queue, so its slots are free.
  expect(most).toBeLessThanOrEqual(5 + 2)
})

test('a photo that cannot be decoded fails alone', async () => {
  const { report, done } = collect(3)
  const batcher = createBatcher({
    batchSize: 3,
    decodeAhead: 6,
    decode: ({ path }) =>
      path === '1.jpg' ? Promise.reject(new Error('it is damaged')) : Promise.resolve(photo),
    run: (photos) => Promise.resolve(photos.map(({ id }) => toResult(id))),
    report,
  })
  batcher.add(items(3), 5)
  const results = (await done).flat().sort((a, b) => a.id - b.id)
  expect(results).toEqual([toResult(0), { ok: false, id: 1, reason: saying('it is damaged') }, toResult(2)])
})

test('when a batch fails, its photos run one by one and only the bad one fails', async () => {
  const { report, done } = collect(4)
  const batcher = createBatcher({
    batchSize: 4,
    decodeAhead: 4,
    decode: () => Promise.resolve(photo),
    run: (photos) =>
      photos.some(({ id }) => id === 2)
        ? Promise.reject(new Error('out of memory'))
        : Promise.resolve(photos.map(({ id }) => toResult(id))),
    report,
  })
  batcher.add(items(4), 5)
  const results = (await done).flat().sort((a, b) => a.id - b.id)
  expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true])
  expect(results[2]).toMatchObject({ reason: saying('The model could not process it: out of memory') })
})
