// The colours of the heat map.
import { expect, it } from 'vitest'
import { heatColor } from '../../../renderer/src/features/viewer/heat-colors.ts'

const lightness = (value: number) => {
  const [red, green, blue] = heatColor(value)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

it('a higher value is lighter and denser', () => {
  const values = Array.from({ length: 41 }, (_, index) => index / 40)
  for (const [index, value] of values.slice(1).entries()) {
    expect(lightness(value)).toBeGreaterThan(lightness(values[index] ?? 0))
    expect(heatColor(value)[3]).toBeGreaterThanOrEqual(heatColor(values[index] ?? 0)[3])
  }
})

it('zero is transparent, and values beyond 0 to 1 are clamped', () => {
  expect(heatColor(0)[3]).toBe(0)
  expect(heatColor(-1)).toEqual(heatColor(0))
  expect(heatColor(2)).toEqual(heatColor(1))
})
