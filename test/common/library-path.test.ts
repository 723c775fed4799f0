// Paths as libraries spell them, also those of a library from a machine with another system.
import path from 'node:path'
import { expect, test } from 'vitest'
import { toLibraryPath } from '../../electron/common/library-path.ts'

test('a path of this system is absolute, with / between its parts and none at its end', () => {
  expect(toLibraryPath('/photos/a/../b/', path.posix)).toBe('/photos/b')
  expect(toLibraryPath('/', path.posix)).toBe('/')
  expect(toLibraryPath('/photos/a\\b.jpg', path.posix)).toBe('/photos/a\\b.jpg')
  expect(toLibraryPath('E:\\Photos\\2024\\', path.win32)).toBe('E:/Photos/2024')
  expect(toLibraryPath('E:\\', path.win32)).toBe('E:/')
  expect(toLibraryPath('\\\\nas\\photos\\a', path.win32)).toBe('//nas/photos/a')
})

test('an absolute path of the other system is kept, and does not become one below the working folder', () => {
  expect(toLibraryPath('E:/Photos', path.posix)).toBe('E:/Photos')
  expect(toLibraryPath('E:\\Photos\\a.jpg', path.posix)).toBe('E:/Photos/a.jpg')
  expect(toLibraryPath('\\\\nas\\photos', path.posix)).toBe('//nas/photos')
  expect(toLibraryPath('/media/usb/Photos', path.win32)).toBe('/media/usb/Photos')
})
