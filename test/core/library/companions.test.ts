// Files of one shot: one of them is the photo, the others belong to it, have its labels, and add up as skipped.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { findCompanions } from '../../../electron/core/library/companions.ts'
import { segment, withSegments } from '../../helpers/image-bytes.ts'
import { openTestCore } from '../../helpers/core.ts'
import { saying } from '../../helpers/messages.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { rawFile } from '../../helpers/raw-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test.each([
  [['a.jpg', 'a.NEF', 'b.jpg'], 'picture', { 'a.NEF': 'a.jpg' }],
  [['a.jpg', 'a.NEF', 'b.jpg'], 'raw', { 'a.jpg': 'a.NEF' }],
  [['a.HEIC', 'a.MOV', 'c.mp4', 'c.JPG'], 'picture', { 'a.MOV': 'a.HEIC', 'c.mp4': 'c.JPG' }],
  [['a.DNG', 'a.HEIC', 'a.MOV'], 'raw', { 'a.HEIC': 'a.DNG', 'a.MOV': 'a.DNG' }],
  [['a.heic', 'a.jpg', 'a.cr2'], 'picture', { 'a.cr2': 'a.jpg' }],
  [['a.cr2', 'a.dng'], 'raw', {}],
  [['a.png', 'a.cr2', 'a.avi', 'film.mov', '.jpg', '.mov'], 'picture', {}],
] as const)('of %j the companions are found where the %s is shown', (names, shown, expected) => {
  expect(Object.fromEntries(findCompanions(names, shown))).toEqual(expected)
})

const jpeg = (red: number) =>
  sharp({ create: { width: 24, height: 16, channels: 3, background: { r: red, g: 90, b: 9 } } })
    .jpeg()
    .toBuffer()

async function library() {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  writeFileSync(path('a.jpg'), await jpeg(10))
  writeFileSync(path('a.NEF'), rawFile('nef', { preview: await jpeg(10), sensor: Buffer.alloc(700, 1) }))
  writeFileSync(path('a.mov'), 'film')
  writeFileSync(path('b.jpg'), await jpeg(200))
  const { client } = openTestCore(tempFolder())
  const scan = () => client.library.scan({ folders: [folder] })
  const cards = async () => (await client.browse.open({ filter: {}, sort: {}, first: 10 })).cards
  const shown = async () =>
    (await cards()).map(({ name, companions, labels }) => [
      name,
      companions,
      labels.map((label) => label.name),
    ])
  const firstPhoto = async () => {
    const [card] = await cards()
    if (!card?.photoId) throw new Error('there is no photo')
    return card.photoId
  }
  return { folder, path, client, scan, cards, shown, firstPhoto }
}

test('a RAW file, its JPEG and its film are one tile; the totals add up, each companion with the reason', async () => {
  const { folder, path, client, scan, shown } = await library()
  expect(await scan()).toMatchObject({ files: 4, photos: 2, skipped: 2, failed: 0 })
  expect(await shown()).toEqual([
    ['a.jpg', ['a.NEF', 'a.mov'], []],
    ['b.jpg', [], []],
  ])
  const listed = await client.photos.list({ folder })
  expect(listed.map(({ path: file, status }) => [file, status])).toEqual([
    [path('a.NEF'), 'skipped'],
    [path('a.jpg'), 'pending'],
    [path('a.mov'), 'skipped'],
    [path('b.jpg'), 'pending'],
  ])
  const reason = saying('It belongs to a.jpg and is labelled with it.')
  expect(listed.filter(({ status }) => status === 'skipped')).toMatchObject([{ reason }, { reason }])
})

test('both have one label, whichever is shown, and the one that is left keeps it', async () => {
  const { path, client, scan, shown, firstPhoto } = await library()
  await scan()
  await client.labels.confirm({ photoIds: [await firstPhoto()], name: 'owl' })
  await client.library.showOfPair({ shown: 'raw' })
  expect((await client.library.summary({})).shownOfPair).toBe('raw')
  expect(await scan()).toMatchObject({ files: 4, photos: 2, skipped: 2 })
  expect(await shown()).toEqual([
    ['a.NEF', ['a.jpg', 'a.mov'], ['owl']],
    ['b.jpg', [], []],
  ])
  // A label that is given now is that of the JPEG as well.
  await client.labels.confirm({ photoIds: [await firstPhoto()], name: 'night' })
  rmSync(path('a.NEF'))
  await scan()
  expect(await shown()).toEqual([
    ['a.jpg', ['a.mov'], ['night', 'owl']],
    ['b.jpg', [], []],
  ])
})

test('labels of a JPEG that was there first are those of the RAW file that comes', async () => {
  const { path, client, scan, shown, firstPhoto } = await library()
  rmSync(path('a.NEF'))
  await scan()
  await client.labels.confirm({ photoIds: [await firstPhoto()], name: 'owl' })
  writeFileSync(path('a.NEF'), rawFile('nef', { preview: await jpeg(10), sensor: Buffer.alloc(700, 2) }))
  await client.library.showOfPair({ shown: 'raw' })
  await scan()
  expect((await shown())[0]).toEqual(['a.NEF', ['a.jpg', 'a.mov'], ['owl']])
})

test('the picture of a RAW file that cannot be shown is a photo', async () => {
  const { path, client, scan, shown } = await library()
  writeFileSync(path('a.NEF'), rawFile('nef', { preview: null, sensor: Buffer.alloc(700, 1) }))
  await client.library.showOfPair({ shown: 'raw' })
  for (let times = 0; times < 2; times++) {
    await scan()
    expect(await shown()).toEqual([
      ['a.jpg', [], []],
      ['b.jpg', [], []],
    ])
  }
})

test('a sidecar of either is that of the shot, and nobody is asked', async () => {
  const { path, client, scan } = await library()
  writeFileSync(path('a.xmp'), xmpPacket(list('dc:subject', 'Bag', 'owl')))
  writeFileSync(path('a.NEF.xmp'), xmpPacket(list('dc:subject', 'Bag', 'night')))
  await scan()
  const { keywords, shared } = await client.keywords.list({})
  expect(keywords.map(({ name, photos }) => [name, photos])).toEqual([
    ['night', 1],
    ['owl', 1],
  ])
  expect(shared).toEqual([])
})

test('a motion photo is told by its XMP', async () => {
  const { path, scan, cards } = await library()
  const packet = xmpPacket('<GCamera:MotionPhoto>1</GCamera:MotionPhoto>')
  const xmp = segment(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), packet]))
  writeFileSync(path('b.jpg'), withSegments(await jpeg(200), xmp))
  await scan()
  expect((await cards()).map(({ isMotion }) => isMotion)).toEqual([false, true])
})
