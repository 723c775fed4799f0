// The learning curve that was measured last, kept in the library.
import { expect, test } from 'vitest'
import { createLastCurve } from '../../../electron/core/review/last-curve.ts'
import { addVariant, tempStore } from '../store/helpers.ts'

const measured = {
  curve: { points: [{ labels: 20, accuracy: 0.5 }], moreLabels: 20, expectedGain: null },
  mode: 'single' as const,
  labels: [{ name: 'dog', confirmed: 12, rejected: 1 }],
}

test('is there after a restart, and none where another program has written something else', async () => {
  const store = tempStore()
  expect(createLastCurve(store).get()).toBeNull()
  await createLastCurve(store).save(measured, null)
  expect(createLastCurve(store).get()).toEqual(measured)
  store.settings.put('learning-curve', '{')
  expect(createLastCurve(store).get()).toBeNull()
})

test('is kept while a library is open that cannot be written, which stays as it is', async () => {
  const store = tempStore()
  const lastCurve = createLastCurve({ ...store, isReadonly: true })
  await lastCurve.save(measured, null)
  expect(lastCurve.get()).toEqual(measured)
  expect(store.settings.get('learning-curve')).toBeNull()
})

test('is that of the model it was measured with, also where another one was used meanwhile', async () => {
  const store = tempStore()
  const { variantId } = addVariant(store, 'first')
  addVariant(store, 'second')
  const lastCurve = createLastCurve(store)
  await lastCurve.save(measured, variantId)
  expect(store.models.lastUsed(null)).not.toBe(variantId)
  expect(lastCurve.get()).toBeNull()
  await lastCurve.save(measured, store.models.lastUsed(null))
  expect(lastCurve.get()).toEqual(measured)
})
