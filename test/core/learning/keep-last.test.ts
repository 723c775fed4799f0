// What is made of embeddings is made again only when they, the photos or the variant are others.
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keepLast } from '../../../electron/core/learning/keep-last.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { fillLibrary } from '../../helpers/embedded-library.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test('makes it once, and again for photos that another program added, another variant and another store', () => {
  const file = path.join(tempFolder(), 'library.db')
  const options = { photos: 10, dim: 4, classes: 2, labelled: 0 }
  fillLibrary(file, options)
  const open = () => {
    const store = openStore({ file })
    onTestFinished(() => store.close())
    return store
  }
  const store = open()
  const variantId = store.models.lastUsed(null)
  const modelId = store.models.list()[0]?.id
  if (variantId === null || modelId === undefined) throw new Error('no variant')
  const made: string[] = []
  const read = keepLast((of, variant, signature) => {
    made.push(signature)
    return of.embeddings.photos(variant).photoIds.length
  })
  expect([read(store, variantId), read(store, variantId)]).toEqual([10, 10])
  expect(made).toHaveLength(1)
  fillLibrary(file, { ...options, photos: 12 })
  expect([read(store, variantId), read(store, variantId)]).toEqual([12, 12])
  expect(new Set(made).size).toBe(2)
  const size = { inputWidthPx: 384, inputHeightPx: 384 }
  expect(read(store, store.models.variant({ modelId, precision: 'fp32', ...size }))).toBe(0)
  expect(read(store, variantId)).toBe(12)
  expect(read(open(), variantId)).toBe(12)
  expect(made).toHaveLength(5)
})
