// When embeddings count as other ones, by which caches of searches and maps know that they are old; and how they are read.
import { expect, test } from 'vitest'
import { addFiles, addPhoto, addVariant, labelled, tempStore } from './helpers.ts'
import { loadEmbeddings } from '../../helpers/load-embeddings.ts'

function setUp() {
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const [a, b, c] = [addPhoto(store, 'a'), addPhoto(store, 'b'), addPhoto(store, 'c')]
  addFiles(store, { '/p/a.jpg': a, '/p/b.jpg': b, '/p/c.jpg': c })
  const save = (...results: [typeof a, number][]) =>
    store.predictions.saveBatch(
      variantId,
      jobId,
      results.map(([photoId, x]) => labelled(photoId, ['cat'], Float32Array.of(x, 0, 1))),
    )
  const signature = () => store.embeddings.signature(variantId)
  const values = () => [...loadEmbeddings(store, variantId).values]
  return { store, variantId, jobId, a, b, c, save, signature, values }
}

test('changes the signature when labelling again only where a vector differs', () => {
  const { a, b, save, signature, values } = setUp()
  save([a, 1], [b, 2])
  const first = signature()
  save([a, 1], [b, 2])
  expect(signature()).toBe(first)
  save([a, 5])
  const second = signature()
  expect(second).not.toBe(first)
  // The photo with the highest number too.
  save([b, 7])
  expect(signature()).not.toBe(second)
  expect(values()).toEqual([5, 0, 1, 7, 0, 1])
})

test('changes the signature where a model that was added again saw other photos, though as many', () => {
  const { store, a, b, c, save, signature } = setUp()
  save([a, 1], [b, 2])
  const first = signature()
  for (const { id } of store.models.list()) store.models.remove(id)
  addVariant(store)
  save([a, 1], [c, 2])
  expect(signature()).not.toBe(first)
})

test('reads the photos that were listed, whatever came or went since', () => {
  const { store, variantId, a, b, c, save } = setUp()
  save([a, 1], [c, 3])
  const photos = store.embeddings.photos(variantId)
  expect(photos).toEqual({ photoIds: [a, c], subjectIds: [a, c], dim: 3 })
  save([b, 2])
  const read = (listed: Pick<typeof photos, 'photoIds' | 'dim'>) =>
    [...store.embeddings.blocks(variantId, listed)].map(({ values, ...block }) => ({
      ...block,
      values: [...values],
    }))
  expect(read(photos)).toEqual([{ from: 0, rows: 2, values: [1, 0, 1, 3, 0, 1] }])
  // One that is gone is zeros, at the end too.
  const gone = addPhoto(store, 'gone')
  expect(read({ photoIds: [b, gone], dim: 3 })).toEqual([{ from: 0, rows: 2, values: [2, 0, 1, 0, 0, 0] }])
  expect([...store.embeddings.take(variantId, [c, gone, a], 3)]).toEqual([3, 0, 1, 0, 0, 0, 1, 0, 1])
})

test('leaves out a photo whose embedding has another length, as after damage', () => {
  const { store, variantId, jobId, a, b, c, save } = setUp()
  save([a, 1], [b, 2], [c, 3])
  store.predictions.saveBatch(variantId, jobId, [labelled(b, ['cat'], Float32Array.of(2, 0))])
  expect(store.embeddings.photos(variantId)).toEqual({ photoIds: [a, c], subjectIds: [a, c], dim: 3 })
})
