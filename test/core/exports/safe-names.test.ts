// Labels as names of folders: allowed everywhere, and never two labels in one folder.
import { expect, test } from 'vitest'
import {
  createNamer,
  nameFolders,
  toFolderName,
  toSafePath,
} from '../../../electron/core/exports/safe-names.ts'

test('replaces what a system forbids or a scan leaves out, and keeps the rest', () => {
  const names = {
    'golden retriever': 'golden retriever',
    'animal/cat': 'animal__cat',
    'a:b?"<>|*\\c': 'a_b_______c',
    'line\nbreak': 'line_break',
    CON: '_CON',
    'nul.txt': '_nul.txt',
    'com¹': '_com¹',
    console: 'console',
    '..': '__',
    '.hidden': '_hidden',
    'dots...': 'dots.._',
    'lost+found': '_lost+found',
    日本: '日本',
  }
  expect(Object.fromEntries(Object.keys(names).map((label) => [label, toFolderName(label)]))).toEqual(names)
})

test('cuts long names between characters', () => {
  expect(toFolderName('x'.repeat(300))).toBe('x'.repeat(200))
  expect(Buffer.byteLength(toFolderName(`a${'😀'.repeat(80)}`))).toBe(197)
})

test('numbers labels that would share a folder, also where only case or accents differ', () => {
  const folders = nameFolders([
    'cat',
    'Cat',
    'CAT',
    'a/b',
    'a__b',
    'a:',
    'a?',
    'é',
    'e\u0301',
    'cat-2',
    'cat',
  ])
  expect([...folders.keys()]).toHaveLength(10)
  const keys = [...folders.values()].map((folder) => folder.normalize('NFC').toUpperCase())
  expect(new Set(keys).size).toBe(10)
  expect(folders.get('a/b')).toBe('a__b')
  expect(folders.get('a__b')).toBe('a__b-2')
})

test('puts the number before the extension of a file name', () => {
  const name = createNamer()
  const wanted = ['a/IMG_1.jpg', 'a/img_1.JPG', 'b/IMG_1.jpg', 'a/IMG_1.jpg']
  expect(wanted.map(name)).toEqual(['a/IMG_1.jpg', 'a/img_1-2.JPG', 'b/IMG_1.jpg', 'a/IMG_1-3.jpg'])
  expect(toSafePath('C:/aux/what?.jpg')).toBe('C_/_aux/what_.jpg')
})
