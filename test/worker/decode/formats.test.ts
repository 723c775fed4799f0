// File names: what is opened, what is skipped, and with which words.
import { describe, expect, it } from 'vitest'
import { formatOfName, skipReasonFor } from '../../../electron/contract/formats.ts'

describe('formatOfName', () => {
  it.each([
    ['IMG_1.JPG', 'jpeg'],
    ['a.b/c.jfif', 'jpeg'],
    ['C:\\Photos\\a.HEIC', 'heic'],
    ['a.hif', 'heic'],
    ['a.dib', 'bmp'],
    ['a.tif', 'tiff'],
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
  it.each([
    ['a.CR2', 'RAW camera files are not supported yet; export the photo as JPEG.'],
    ['a.jp2', 'JPEG 2000 is not supported yet; convert the photo to JPEG or PNG.'],
    ['a.mov', 'Videos are not supported; only photos are labelled.'],
    ['labels.csv', 'Documents are not photos.'],
    ['a.xyz', 'Files ending in .xyz are not photos Labelroom can open.'],
    ['README', 'The file name has no ending such as .jpg, so it is not taken for a photo.'],
  ])('%s', (name, reason) => {
    expect(skipReasonFor(name)).toBe(reason)
  })
})
