// How long the rest of a review will take.
import { describe, expect, it } from 'vitest'
import { etaMs, newPace, paced } from '../../../renderer/src/features/review/pace.ts'

describe('etaMs', () => {
  const after = (...timesMs: number[]) => timesMs.reduce((pace, atMs) => paced(pace, atMs), newPace)

  it('is unknown until enough photos are reviewed', () => {
    const every = (count: number) => Array.from({ length: count }, (_, at) => at * 1000)
    expect(etaMs(after(...every(8)), 100)).toBeNull()
    expect(etaMs(after(...every(9)), 100)).toBe(100_000)
  })

  it('ignores a pause, and one photo that took long', () => {
    const start = [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000]
    expect(etaMs(after(...start, 3_606_000, 3_607_000), 10)).toBe(10_000)
    expect(etaMs(after(...start, 36_000, 37_000, 38_000), 10)).toBe(10_000)
  })

  it('takes the median, and is unknown when no photo is left', () => {
    const half = [0, 1000, 2000, 3000, 4000, 7000, 10_000, 13_000, 16_000]
    expect(etaMs(after(...half), 1)).toBe(2000)
    expect(etaMs(after(...half), 0)).toBeNull()
  })

  it('follows the pace of the newest photos', () => {
    const slow = Array.from({ length: 40 }, (_, at) => at * 5000)
    const fast = Array.from({ length: 40 }, (_, at) => 200_000 + at * 500)
    expect(etaMs(after(...slow, ...fast), 2)).toBe(1000)
  })
})
