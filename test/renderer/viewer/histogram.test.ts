// How a photo's histogram is counted.
import { expect, it } from 'vitest'
import { histogram, histogramBins } from '../../../renderer/src/features/viewer/histogram.ts'

it('counts each colour by itself, and pure black and white do not flatten the rest', () => {
  const pixel = (red: number, green: number, blue: number) => [red, green, blue, 255]
  const black = Array.from({ length: 50 }, () => pixel(0, 0, 0)).flat()
  const grey = [...pixel(128, 10, 10), ...pixel(128, 10, 10), ...pixel(64, 10, 10)]
  const [red, green] = histogram(Uint8ClampedArray.from([...black, ...grey]))
  const bin = (value: number) => Math.floor((value * histogramBins) / 256)
  expect(red?.[bin(128)]).toBeCloseTo(2 / 3)
  expect(red?.[bin(64)]).toBeCloseTo(1 / 3)
  expect(green?.[bin(10)]).toBe(1)
  expect(red?.[0]).toBe(1)
})
