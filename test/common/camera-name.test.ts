// How cameras are called, by what real ones write.
import { expect, test } from 'vitest'
import { cameraName } from '../../electron/common/camera-name.ts'

test.each([
  ['Canon Canon EOS 10D', 'Canon EOS 10D'],
  ['NIKON CORPORATION NIKON D50', 'NIKON D50'],
  ['SONY DSC-H2', 'SONY DSC-H2'],
  ['LG Electronics LG-H870', 'LG-H870'],
  ['Apple', 'Apple'],
  ['', ''],
])('%s is called %s', (shot, name) => {
  expect(cameraName(shot)).toBe(name)
})
