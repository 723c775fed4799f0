// The split into train, val and test: shares, strata, seeds, groups.
import { expect, test } from 'vitest'
import { divide, type SplitUnit } from '../../../electron/core/exports/dataset-split.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'

const shares = { train: 80, val: 10, test: 10 }

function countBy(units: readonly SplitUnit[], sides: readonly string[], stratum?: string) {
  const counts: Record<string, number> = { train: 0, val: 0, test: 0 }
  for (const [at, unit] of units.entries()) {
    if (stratum !== undefined && unit.stratum !== stratum) continue
    const side = sides[at] ?? ''
    counts[side] = (counts[side] ?? 0) + unit.files
  }
  return counts
}

test('splits every class and the whole by the wanted shares', () => {
  const sizes = { ant: 100, bee: 50, cat: 7, dog: 3, elk: 40 }
  const units = Object.entries(sizes).flatMap(([stratum, count]) =>
    Array.from({ length: count }, () => ({ stratum, files: 1 })),
  )
  const sides = divide(units, shares, 1)
  expect(countBy(units, sides, 'ant')).toEqual({ train: 80, val: 10, test: 10 })
  expect(countBy(units, sides, 'bee')).toEqual({ train: 40, val: 5, test: 5 })
  expect(countBy(units, sides, 'elk')).toEqual({ train: 32, val: 4, test: 4 })
  // Seven and three cannot be divided so; together they make good what each lacks.
  expect(countBy(units, sides)).toEqual({ train: 160, val: 20, test: 20 })
})

test('splits many classes of one photo by the shares together', () => {
  const units = Array.from({ length: 200 }, (_, at) => ({ stratum: `class ${at}`, files: 1 }))
  expect(countBy(units, divide(units, shares, 0))).toEqual({ train: 160, val: 20, test: 20 })
})

test('splits alike for the same seed, and differently for another', () => {
  const units = Array.from({ length: 60 }, (_, at) => ({ stratum: at % 2 === 0 ? 'a' : 'b', files: 1 }))
  expect(divide(units, shares, 5)).toEqual(divide(units, shares, 5))
  expect(divide(units, shares, 5)).not.toEqual(divide(units, shares, 6))
})

test('splits groups of many sizes within one group of the shares', () => {
  const random = createRandom(3)
  const units = Array.from({ length: 300 }, () => ({ stratum: 'a', files: 1 + Math.floor(4 * random()) }))
  const files = units.reduce((sum, unit) => sum + unit.files, 0)
  const counts = countBy(units, divide(units, shares, 1))
  for (const side of ['train', 'val', 'test'] as const)
    expect(Math.abs((counts[side] ?? 0) - (files * shares[side]) / 100)).toBeLessThanOrEqual(4)
})

test('puts nothing into a split without a share', () => {
  const units = Array.from({ length: 9 }, () => ({ stratum: 'a', files: 1 }))
  expect(countBy(units, divide(units, { train: 50, val: 0, test: 50 }, 1))['val']).toBe(0)
})
