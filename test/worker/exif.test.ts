// EXIF is parsed from bytes that nobody vouches for: it is right, or it is nothing.
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { readExif, takenAtMs } from '../../electron/worker/exif.ts'
import { photoOnDisk } from '../helpers/photo-on-disk.ts'
import { tempFile } from './decode/helpers.ts'

const exif = async (bytes: Uint8Array | string, name = 'a.jpg') =>
  (await readExif({ type: 'exif', id: 1, ...photoOnDisk(tempFile(name, bytes)), limits: defaultPhotoLimits }))
    .exif

const photo = (IFD2: Record<string, string>, IFD0: Record<string, string> = {}) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .withExif({ IFD0, IFD2 })
    .jpeg()
    .toBuffer()

test('reads a TIFF file as EXIF', async () => {
  const { exif: block } = await sharp(await photo({ FNumber: '4/1' }, { Model: 'Box' })).metadata()
  if (block === undefined) throw new Error('an EXIF block expected')
  expect(await exif(block.subarray(6), 'a.tif')).toMatchObject({ camera: 'Box', aperture: 'f/4' })
})

test.each([
  ['0.5 s', { ExposureTime: '1/2' }, { exposure: '0.5 s' }],
  ['2 s', { ExposureTime: '2/1' }, { exposure: '2 s' }],
  ['a fraction with denominator 0', { ExposureTime: '1/0', FNumber: '0/0' }, null],
  ['no offset', { DateTimeOriginal: '2020:05:06 07:08:09' }, { takenAt: '2020-05-06T07:08:09' }],
  ['a clock that was never set', { DateTimeOriginal: '0000:00:00 00:00:00' }, null],
  ['a date that does not exist', { DateTimeOriginal: '2020:02:31 99:00:00' }, null],
  ['a date that is text', { DateTimeOriginal: 'last summer, I think' }, null],
])('reads what is valid of odd values, and nothing else: %s', async (_, tags, expected) => {
  const found = await exif(await photo(tags))
  if (expected === null) expect(found).toBeNull()
  else expect(found).toMatchObject(expected)
})

test('a time without offset is taken as local time', async () => {
  const bytes = await photo({ DateTimeOriginal: '2020:05:06 07:08:09' })
  expect(takenAtMs(bytes)).toBe(new Date(2020, 4, 6, 7, 8, 9).getTime())
  const there = await photo({ DateTimeOriginal: '2020:05:06 07:08:09', OffsetTimeOriginal: '-08:00' })
  expect(takenAtMs(there)).toBe(Date.parse('2020-05-06T15:08:09Z'))
})

test('names the maker once, and cuts long values', async () => {
  expect(await exif(await photo({}, { Make: 'Canon', Model: 'Canon EOS 5D' }))).toMatchObject({
    camera: 'Canon EOS 5D',
  })
  expect(await exif(await photo({}, { Make: 'NIKON CORPORATION', Model: 'NIKON D70' }))).toMatchObject({
    camera: 'NIKON D70',
  })
  const { camera } = (await exif(await photo({}, { Model: 'x'.repeat(5000) }))) ?? {}
  expect(camera).toHaveLength(200)
})

test('no photo, an empty file and a missing file have no EXIF', async () => {
  expect(await exif('text')).toBeNull()
  expect(await exif('')).toBeNull()
  expect(
    (await readExif({ type: 'exif', id: 1, ...photoOnDisk('/nowhere.jpg'), limits: defaultPhotoLimits }))
      .exif,
  ).toBeNull()
})

test('damaged EXIF never throws or hangs', async () => {
  const sound = await photo(
    { DateTimeOriginal: '2020:05:06 07:08:09', ExposureTime: '1/250', LensModel: 'L'.repeat(60) },
    { Make: 'Maker', Model: 'Box 7' },
  )
  const random = createRandom(1)
  for (let n = 0; n < 500; n++) {
    const bytes = Buffer.from(sound)
    for (let k = 0; k < 1 + (n % 8); k++) bytes[20 + Math.floor(random() * 400)] = Math.floor(random() * 256)
    takenAtMs(bytes.subarray(0, n % 3 === 0 ? Math.floor(random() * bytes.length) : bytes.length))
    if (n % 10 === 0) await exif(bytes)
  }
})
