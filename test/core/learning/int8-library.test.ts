// Search through int8 rows finds what an exact search finds.
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createInt8Rows } from '../../../electron/core/learning/algorithms/int8-rows.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { findBest, readInt8Library } from '../../../electron/core/learning/int8-library.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { fillLibrary } from '../../helpers/embedded-library.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { loadEmbeddings } from '../../helpers/load-embeddings.ts'

test('finds the ten photos of an exact search, with their exact cosines', () => {
  const file = path.join(tempFolder(), 'library.db')
  fillLibrary(file, { photos: 3000, dim: 50, classes: 20, labelled: 0, spread: 1 })
  const store = openStore({ file })
  onTestFinished(() => store.close())
  const variantId = store.models.lastUsed(null)
  if (variantId === null) throw new Error('no variant')
  const { photoIds, values, dim } = loadEmbeddings(store, variantId)
  const rowOf = (row: number) => values.subarray(row * dim, (row + 1) * dim)
  const cosine = (a: Float32Array, b: Float32Array) => {
    const dot = (x: Float32Array, y: Float32Array) =>
      x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }
  const library = readInt8Library(store, variantId)
  for (const query of [0, 777, 2999]) {
    const exact = photoIds
      .map((photoId, row) => ({ photoId, value: cosine(rowOf(query), rowOf(row)) }))
      .sort((a, b) => b.value - a.value)
      .slice(0, 10)
    const found = findBest(store, library, rowOf(query), { limit: 10, isCosine: true })
    expect(found.map(({ photoId }) => photoId)).toEqual(exact.map(({ photoId }) => photoId))
    for (const [i, { value }] of found.entries()) expect(value).toBeCloseTo(exact[i]?.value ?? NaN, 5)
  }
})

test('ranks rows by product or by cosine, over lengths that differ and numbers that are no multiple of sixteen', () => {
  const [rows, dim] = [500, 21]
  const random = createRandom(3)
  const values = Float32Array.from({ length: rows * dim }, () => random() - 0.5)
  for (let d = 0; d < dim; d++) values[d] = 40 * (values[d] ?? 0)
  const int8 = createInt8Rows(rows, dim)
  int8.add({ rows: 200, dim, values: values.subarray(0, 200 * dim) })
  int8.add({ rows: 300, dim, values: values.subarray(200 * dim) })
  const query = values.slice(0, dim)
  expect(int8.candidates(query, 1, false)).toEqual([0])
  const other = values.slice(333 * dim, 334 * dim)
  expect(int8.candidates(other, 1, true)).toEqual([333])
})

test('leaves rows without any number for the last', () => {
  const int8 = createInt8Rows(3, 2)
  int8.add({ rows: 3, dim: 2, values: Float32Array.of(0, 0, 1, 1, NaN, 1) })
  expect(int8.candidates(Float32Array.of(1, 1), 1, true)).toEqual([1])
})
