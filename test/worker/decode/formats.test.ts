// File names: which are opened, which are skipped, and with which reason.
import { describe, expect, test } from 'vitest'
import { formatOfName, skipReasonFor } from '../../../electron/contract/formats.ts'
import { english } from '../../../electron/texts/message.ts'

describe('formatOfName', () => {
  test.each([
    ['IMG_1.JPG', 'jpeg'],
    ['a.b/c.jfif', 'jpeg'],
    ['C:\\Photos\\a.HEIC', 'heic'],
    ['a.hif', 'heic'],
    ['a.dib', 'bmp'],
    ['a.jpe', 'jpeg'],
    ['a.mpo', 'jpeg'],
    ['a.apng', 'png'],
    ['a.avifs', 'avif'],
    ['a.JXL', 'jxl'],
    ['a.j2k', 'jp2'],
    ['a.tif', 'tiff'],
    ['a.CR3', 'raw'],
    ['a.3fr', 'raw'],
    ['archive.tar.webp', 'webp'],
    ['a.jpg.txt', null],
    ['.jpg', null],
    ['folder.jpg/readme', null],
    ['jpg', null],
  ])('%s is %s', (name, format) => {
    expect(formatOfName(name)).toBe(format)
  })
})

describe('skipReasonFor', () => {
  test.each([
    ['a.CRW', 'This kind of RAW camera file is not supported; export the photo as JPEG.'],
    ['a.mov', 'Videos are not supported; only photos are labelled.'],
    ['labels.csv', 'Documents are not photos.'],
    ['a.xyz', 'Files ending in .xyz are not photos Labelroom can open.'],
    ['README', 'The file name has no ending such as .jpg, so it is not taken for a photo.'],
  ])('%s is skipped with its reason', (name, reason) => {
    expect(english(skipReasonFor(name))).toBe(reason)
  })
})
