// The colours of the heat map.
import { expect, it } from 'vitest'
import { heatColor } from '../../renderer/src/features/viewer/heat-colors.ts'

const lightness = (value: number) => {
  const [red, green, blue] = heatColor(value)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

it('grows lighter and denser with the value', () => {
  const values = Array.from({ length: 41 }, (_, index) => index / 40)
  for (const [index, value] of values.slice(1).entries()) {
    expect(lightness(value)).toBeGreaterThan(lightness(values[index] ?? 0))
    expect(heatColor(value)[3]).toBeGreaterThanOrEqual(heatColor(values[index] ?? 0)[3])
  }
})

it('is clear at nothing, and takes no value beyond its ends', () => {
  expect(heatColor(0)[3]).toBe(0)
  expect(heatColor(-1)).toEqual(heatColor(0))
  expect(heatColor(2)).toEqual(heatColor(1))
})
