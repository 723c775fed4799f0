// The range of a share that was measured on few photos.
import { expect, it } from 'vitest'
import { shareRange } from '../../../renderer/src/features/learn/share-range.ts'

it('the range of a share is that of Wilson, wide for few photos and within 0 and 1', () => {
  const [low, high] = shareRange(5, 11)
  expect(low).toBeCloseTo(0.213, 3)
  expect(high).toBeCloseTo(0.72, 3)
  expect(shareRange(3, 3)[1]).toBe(1)
  expect(shareRange(0, 3)[0]).toBe(0)
  expect(shareRange(0, 0)).toEqual([0, 1])
})
