// Which label is offered for many photos at once.
import { expect, test } from 'vitest'
import { likelyLabel } from '../../../renderer/src/features/learn/likely-label.ts'

test('offers the label of three fifths of the photos, else what the user said of a similar one, else none', () => {
  expect(likelyLabel('speedboat', 0.15)).toBe('')
  expect(likelyLabel('speedboat', 0.6)).toBe('speedboat')
  expect(likelyLabel('speedboat', 0.15, 'harbour')).toBe('harbour')
  expect(likelyLabel('speedboat', 0.9, 'harbour')).toBe('speedboat')
  expect(likelyLabel(null, 0)).toBe('')
})
