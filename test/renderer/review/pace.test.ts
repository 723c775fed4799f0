// How long the rest of a review will take.
import { describe, expect, it } from 'vitest'
import { etaMs, newPace, paced } from '../../../renderer/src/features/review/pace.ts'

describe('etaMs', () => {
  const after = (...timesMs: number[]) => timesMs.reduce((pace, atMs) => paced(pace, atMs), newPace)

  it('is unknown until enough photos are reviewed', () => {
    expect(etaMs(after(0, 1000, 2000), 100)).toBeNull()
    expect(etaMs(after(0, 1000, 2000, 3000), 100)).toBe(100_000)
  })

  it('ignores a pause, and one photo that took long', () => {
    expect(etaMs(after(0, 1000, 2000, 3_602_000, 3_603_000), 10)).toBe(10_000)
    expect(etaMs(after(0, 1000, 2000, 32_000, 33_000, 34_000), 10)).toBe(10_000)
  })

  it('takes the median, and is unknown when no photo is left', () => {
    expect(etaMs(after(0, 1000, 2000, 5000, 8000), 1)).toBe(2000)
    expect(etaMs(after(0, 1000, 2000, 3000), 0)).toBeNull()
  })

  it('follows the pace of the newest photos', () => {
    const slow = Array.from({ length: 40 }, (_, at) => at * 5000)
    const fast = Array.from({ length: 40 }, (_, at) => 200_000 + at * 500)
    expect(etaMs(after(...slow, ...fast), 2)).toBe(1000)
  })
})
