// Path arithmetic on folders.
import { expect, test } from 'vitest'
import { commonFolder, outermostFolders } from '../../../electron/core/files/folders.ts'

test('drops folders inside other ones, and repetitions', () => {
  expect(outermostFolders(['/a/b', '/a', '/ab', '/a/'])).toEqual(['/a', '/ab'])
  expect(outermostFolders(['/', '/a'])).toEqual(['/'])
})

test('returns a folder itself as common folder, and of several the deepest that holds them', () => {
  expect(commonFolder(['/a/b'])).toBe('/a/b')
  expect(commonFolder(['/a/b/c', '/a/b/d', '/a/bx'])).toBe('/a')
  expect(commonFolder(['/a', '/b'])).toBe('/')
})
