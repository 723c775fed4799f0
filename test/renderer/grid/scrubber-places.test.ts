// Where months and years are along the scrubber.
import { expect, it } from 'vitest'
import { monthAt, yearMarks } from '../../../renderer/src/grid/scrubber-places.ts'

const months = [
  { from: 0, year: 2021, month: 11 },
  { from: 4, year: 2021, month: 12 },
  { from: 9, year: 2022, month: 1 },
  { from: 10, year: 2023, month: 1 },
]

it('finds the last month that begins at or before a place', () => {
  const places = [0, 0.25, 0.5, 0.5]
  expect([0, 0.2, 0.25, 0.49, 0.5, 1].map((share) => monthAt(places, share))).toEqual([0, 0, 1, 1, 3, 3])
  expect(monthAt([], 0.5)).toBe(0)
})

it('marks each year once, where there is room for it', () => {
  expect(yearMarks(months, [0, 0.2, 0.5, 0.9], 200)).toEqual([
    { year: 2021, topPx: 0 },
    { year: 2022, topPx: 100 },
    { year: 2023, topPx: 180 },
  ])
  // The second would lie over the first, and the third be cut off.
  expect(yearMarks(months, [0, 0.01, 0.02, 1], 200)).toEqual([
    { year: 2021, topPx: 0 },
    { year: 2023, topPx: 184 },
  ])
  expect(yearMarks(months, [0, 0.2, 0.5, 0.9], 0)).toEqual([])
})
