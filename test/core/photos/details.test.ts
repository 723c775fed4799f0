// Everything about one file: EXIF, copies, and its labels with their sources.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function openFolder(photos?: string) {
  const home = tempFolder()
  const folder = photos ?? path.join(home, 'photos')
  await mkdir(folder, { recursive: true })
  const test = openTestCore(home)
  const details = async (name: string) => {
    const { viewId, total } = await test.client.browse.open({ filter: {}, sort: {} })
    const cards = await test.client.browse.window({ viewId, offset: 0, limit: Math.max(1, total) })
    const card = cards.find((one) => one.name === name)
    if (card === undefined) throw new Error(`${name} is not there`)
    return test.client.photos.details({ fileId: card.fileId })
  }
  return { ...test, home, folder, details, scan: () => test.client.library.scan({ folders: [folder] }) }
}

const cameraExif = {
  IFD0: { Make: 'Maker', Model: 'Box 7' },
  IFD2: {
    DateTimeOriginal: '2020:05:06 07:08:09',
    OffsetTimeOriginal: '+02:00',
    ExposureTime: '1/250',
    FNumber: '28/10',
    ISOSpeedRatings: '400',
    FocalLength: '50/1',
    LensModel: '50mm F1.8',
  },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '10/1 30/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '20/1 0/1 0/1',
  },
}
const expected = {
  takenAt: '2020-05-06T07:08:09+02:00',
  camera: 'Maker Box 7',
  lens: '50mm F1.8',
  exposure: '1/250 s',
  aperture: 'f/2.8',
  iso: 400,
  focalLengthMm: 50,
  latitude: -10.5,
  longitude: 20,
}

test.each(['jpeg', 'png', 'webp', 'avif'] as const)('reads the EXIF of a %s', async (format) => {
  const { folder, details, scan } = await openFolder()
  // Noise, so that what follows the pixels lies beyond the head of the file.
  const noise = {
    width: 700,
    height: 500,
    channels: 3 as const,
    noise: { type: 'gaussian' as const, mean: 128, sigma: 60 },
  }
  await sharp({ create: { ...noise, background: '#888' } })
    .withExif(cameraExif)
    .toFormat(format, format === 'avif' ? { effort: 0 } : {})
    .toFile(path.join(folder, `a.${format}`))
  await scan()
  const { exif, card, labels, copies } = await details(`a.${format}`)
  expect(exif).toEqual(expected)
  expect([labels, copies, card.state]).toEqual([[], [], 'unlabelled'])
})

test('knows the date of a photo from the scan, and its size once its picture is made', async () => {
  const { client, folder, details, scan } = await openFolder()
  const create = { width: 40, height: 20, channels: 3 as const, background: '#123456' }
  await sharp({ create }).withExif(cameraExif).jpeg().toFile(path.join(folder, 'old.jpg'))
  await sharp({ create: { ...create, width: 41 } })
    .jpeg()
    .toFile(path.join(folder, 'new.jpg'))
  await scan()
  const before = await details('old.jpg')
  expect(before).toMatchObject({ widthPx: null, heightPx: null })
  const { photoId } = before.card
  if (photoId === null) throw new Error('a photo expected')
  await client.photos.picture({ photoId, size: 'grid' })
  const after = await details('old.jpg')
  expect(after).toMatchObject({ widthPx: 40, heightPx: 20 })
  expect(after.card.dateMs).toBe(Date.parse('2020-05-06T05:08:09Z'))
  expect(before.card.dateMs).toBe(after.card.dateMs)
})

test('stores size and date in a job too', async () => {
  const { folder, details, home, label } = await openFolder()
  const create = { width: 40, height: 20, channels: 3 as const, background: '#123456' }
  await sharp({ create }).withExif(cameraExif).jpeg().toFile(path.join(folder, 'a.jpg'))
  await label({ folders: [folder], model: await writeTinyModel(path.join(home, 'tiny')) })
  const { widthPx, card } = await details('a.jpg')
  expect([widthPx, card.dateMs]).toEqual([40, Date.parse('2020-05-06T05:08:09Z')])
})

test('lists the labels of the user, then of each model, whatever the rules; names copies', async () => {
  const { client, home, folder, details, label } = await openFolder()
  const create = { width: 40, height: 40, channels: 3 as const, background: '#a05030' }
  await sharp({ create }).jpeg().toFile(path.join(folder, 'a.jpg'))
  await copyFile(path.join(folder, 'a.jpg'), path.join(folder, 'b.jpg'))
  await label({ folders: [folder], model: await writeTinyModel(path.join(home, 'one')), precision: 'int8' })
  await label({ folders: [folder], model: path.join(home, 'one') })
  await label({
    folders: [folder],
    model: await writeTinyModel(path.join(home, 'two'), { change: (all) => all.map((weight) => weight / 2) }),
    topK: 2,
  })
  const { card } = await details('a.jpg')
  const [photoIds, best] = [[card.photoId ?? 0], card.labels[0]?.name ?? '']
  await client.labels.reject({ photoIds, name: best })
  await client.labels.confirm({ photoIds, name: 'mine' })
  await client.rules.set({ rules: { minScore: 1 } })
  const { labels, copies } = await details('a.jpg')
  expect(copies).toEqual([path.join(folder, 'b.jpg')])
  expect(labels.map(({ source, state, modelName, rank }) => [source, state, modelName, rank])).toEqual([
    ['human', 'confirmed', null, null],
    ['human', 'rejected', 'two', null],
    ...[1, 2].map((rank) => ['model', 'suggested', 'two', rank]),
    ...[1, 2, 3, 4, 5].map((rank) => ['model', 'suggested', 'one', rank]),
  ])
  expect(labels[2]?.name).toBe(best)
})

test('returns details of a file that is not a photo, and of a missing one', async () => {
  const { client, folder, details, scan } = await openFolder()
  await writeFile(path.join(folder, 'empty.jpg'), '')
  await scan()
  const { card, exif, widthPx } = await details('empty.jpg')
  expect([card.state, card.photoId, exif, widthPx]).toEqual(['failed', null, null, null])
  await expect(client.photos.details({ fileId: 999 })).rejects.toMatchObject({ code: 'not-found' })
})

test.skipIf(!hasSharedFiles('awkward'))('reads the EXIF of edge cases, or returns none', async () => {
  const { details, scan, client } = await openFolder(sharedFiles.awkward)
  await scan()
  expect((await details('Channel_digital_image_CMYK_color.jpg')).exif).toMatchObject({
    takenAt: '2004-03-20T14:54:55',
    camera: 'Canon EOS 300D DIGITAL',
    exposure: '1/640 s',
    aperture: 'f/5.6',
    iso: 400,
    focalLengthMm: 55,
  })
  const { viewId, total } = await client.browse.open({ filter: {}, sort: {} })
  for (const { fileId } of await client.browse.window({ viewId, offset: 0, limit: total }))
    await client.photos.details({ fileId })
})
