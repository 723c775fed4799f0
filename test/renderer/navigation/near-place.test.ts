// Places as the filter has them.
import { expect, test } from 'vitest'
import { around, middleOf } from '../../../renderer/src/navigation/near-place.ts'

test('an area reaches as far to the north as to the east', () => {
  // Munich; one degree of longitude is 74.2 km there.
  const { south, north, west, east } = around({ latitude: 48.137, longitude: 11.575 }, 5)
  expect((north - south) * 111.195).toBeCloseTo(10)
  expect((east - west) * 111.195 * Math.cos((48.137 * Math.PI) / 180)).toBeCloseTo(10)
})

test('an area across the date line and one at a pole have middle and size', () => {
  const fiji = around({ latitude: -17, longitude: 179.9 }, 100)
  expect(fiji.west).toBeGreaterThan(fiji.east)
  expect(middleOf(fiji)).toMatchObject({ km: 100 })
  expect(middleOf(fiji).longitude).toBeCloseTo(179.9)
  expect(around({ latitude: 89.99, longitude: 0 }, 25)).toMatchObject({ north: 90, west: -180, east: 180 })
})
