// The labels of the map: counted, ordered, and changed for the photos that were confirmed.
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { countLabels, rankLabels, relabel } from '../../../renderer/src/features/learn/map-labels.ts'

const point = (photoId: number, label: string | null) => ({
  photoId: photoId as PhotoId,
  x: 0,
  y: 0,
  label,
  isConfirmed: false,
})
const points = [point(1, 'dog'), point(2, 'cat'), point(3, null), point(4, 'dog')]

test('labels are counted, the most frequent first; photos without one do not count', () => {
  const labels = countLabels(points)
  expect(labels).toEqual([
    { name: 'dog', photos: 2 },
    { name: 'cat', photos: 1 },
  ])
  expect(rankLabels(labels).get('cat')).toBe(1)
})

test('confirming changes the named photos alone', () => {
  const after = relabel(points, [2 as PhotoId, 3 as PhotoId], 'fox')
  expect(after.map(({ label }) => label)).toEqual(['dog', 'fox', 'fox', 'dog'])
  expect(after.map(({ isConfirmed }) => isConfirmed)).toEqual([false, true, true, false])
})
