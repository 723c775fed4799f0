// Where an import looks for photos until the user chooses a folder.
import { expect, test } from 'vitest'
import { commonFolder } from '../../../renderer/src/features/imports/import-sources.ts'

test('the common folder is the deepest one that holds all folders', () => {
  expect(commonFolder([])).toBe('')
  expect(commonFolder(['/a/b'])).toBe('/a/b')
  expect(commonFolder(['/a/b/c', '/a/b/d', '/a/bx'])).toBe('/a')
  expect(commonFolder(['/a', '/b'])).toBe('/')
})

test('a drive is named by its root, not by its current folder', () => {
  expect(commonFolder(['D:/photos', 'D:/camera'])).toBe('D:/')
  expect(commonFolder(['C:/photos', 'D:/photos'])).toBe('C:/photos')
})
