// Labels follow the image: through metadata, rotation, edits in place, other photos under an old name, and swapped names.
import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { FileId } from '../../../electron/contract/domain.ts'
import { readKeys } from '../../../electron/core/identity/read-keys.ts'
import { ingestFolders } from '../../../electron/core/library/ingest.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import {
  exifSegment,
  gifXmp,
  pngChunk,
  segment,
  withChunks,
  withGifBlock,
  withSegments,
} from '../../helpers/image-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addVariant, collect, labelled, photoAt, tempStore } from '../store/helpers.ts'

const shot = { camera: 'Camera', takenAt: '2024:05:06 07:08:09' }
const laterShot = { ...shot, takenAt: '2024:05:06 07:09:00' }

const picture = (background: string, width = 40, height = 30) =>
  sharp({ create: { width, height, channels: 3, background } })
const jpegOf = (...image: Parameters<typeof picture>) =>
  picture(...image)
    .jpeg()
    .toBuffer()
const pngOf = (...image: Parameters<typeof picture>) =>
  picture(...image)
    .png()
    .toBuffer()

async function setUp(files: Readonly<Record<string, Buffer>>) {
  const folder = tempFolder()
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const path = (name: string) => join(folder, name)
  const write = (name: string, bytes: Buffer) => {
    writeFileSync(path(name), bytes)
  }
  const scan = () => collect(ingestFolders(store, [folder]))
  const photoOf = (name: string) => photoAt(store, path(name))
  const labelsOf = (name: string) =>
    (store.annotations.of([photoOf(name)]).get(photoOf(name)) ?? []).map(
      ({ name: label, state, isChanged }) => `${label} ${state}${isChanged ? ', changed' : ''}`,
    )
  for (const [name, bytes] of Object.entries(files)) write(name, bytes)
  await scan()
  return { store, variantId, jobId, path, write, scan, photoOf, labelsOf }
}

test('another program that writes keywords, a rating or a thumbnail takes away neither labels nor suggestions', async () => {
  const [jpeg, png] = [await jpegOf('red'), await pngOf('blue')]
  const { store, variantId, jobId, write, scan, photoOf, labelsOf } = await setUp({
    'a.jpg': jpeg,
    'b.png': png,
  })
  const before = [photoOf('a.jpg'), photoOf('b.png')]
  store.predictions.saveBatch(
    variantId,
    jobId,
    before.map((photoId) => labelled(photoId, ['cat'])),
  )
  store.annotations.confirm(before, 'dog')
  store.annotations.reject(before, 'fox')
  write(
    'a.jpg',
    withSegments(jpeg, exifSegment(1, shot), segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>')),
  )
  write('b.png', withChunks(png, pngChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0<x/>'))))
  await scan()
  expect([photoOf('a.jpg'), photoOf('b.png')]).toEqual(before)
  for (const name of ['a.jpg', 'b.png']) expect(labelsOf(name)).toEqual(['dog confirmed', 'fox rejected'])
})

test('a GIF keeps its labels with keywords written into it, and where an earlier Labelroom knew it by all its bytes', async () => {
  const gif = await picture('red').gif().toBuffer()
  const { store, path, write, scan, photoOf, labelsOf } = await setUp({ 'a.gif': gif })
  write('b.gif', withGifBlock(await picture('blue').gif().toBuffer(), gifXmp('<x/>')))
  const keys = await readKeys(await inspectFile(path('b.gif')))
  if (!keys?.earlier) throw new Error('its keys are those of before')
  const ids = [photoOf('a.gif'), store.photos.identify({ ...keys, ...keys.earlier, earlier: null }, null)]
  store.annotations.confirm(ids, 'dog')
  write('a.gif', withGifBlock(gif, gifXmp('<y/>')))
  await scan()
  expect([photoOf('a.gif'), photoOf('b.gif')]).toEqual(ids)
  expect([labelsOf('a.gif'), labelsOf('b.gif')]).toEqual([['dog confirmed'], ['dog confirmed']])
})

test('a rotated file keeps its labels and waits for suggestions of its new pixels', async () => {
  const jpeg = await jpegOf('red')
  const { store, variantId, jobId, write, scan, photoOf, labelsOf } = await setUp({ 'a.jpg': jpeg })
  const upright = photoOf('a.jpg')
  store.predictions.saveBatch(variantId, jobId, [labelled(upright, ['cat'])])
  store.annotations.confirm([upright], 'dog')
  write('a.jpg', withSegments(jpeg, exifSegment(6)))
  await scan()
  const rotated = photoOf('a.jpg')
  expect(rotated).not.toBe(upright)
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed'])
  expect(store.predictions.stateOf(rotated, variantId)).toBeNull()
  // Back again, the suggestions are there still.
  write('a.jpg', jpeg)
  await scan()
  expect(store.predictions.stateOf(photoOf('a.jpg'), variantId)).toMatchObject({ status: 'labelled' })
})

test('a file that was moved and rotated at once is one file with its labels, and none is missing', async () => {
  const jpeg = await jpegOf('red')
  const { store, path, write, scan, photoOf, labelsOf } = await setUp({ 'a.jpg': jpeg })
  store.annotations.confirm([photoOf('a.jpg')], 'dog')
  renameSync(path('a.jpg'), path('moved.jpg'))
  write('moved.jpg', withSegments(jpeg, exifSegment(6)))
  await scan()
  expect(store.files.find(path('a.jpg'))).toBeNull()
  expect(labelsOf('moved.jpg')).toEqual(['dog confirmed'])
  // And back.
  renameSync(path('moved.jpg'), path('a.jpg'))
  write('a.jpg', jpeg)
  await scan()
  expect(store.files.find(path('moved.jpg'))).toBeNull()
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed'])
})

test('two renderings of one image have one set of labels, whichever of them is labelled or undone', async () => {
  const jpeg = await jpegOf('red')
  const { store, photoOf, labelsOf } = await setUp({
    'a.jpg': jpeg,
    'rotated.jpg': withSegments(jpeg, exifSegment(6)),
  })
  store.changes.take()
  store.annotations.confirm([photoOf('rotated.jpg')], 'dog')
  expect(store.changes.take()?.photoIds).toEqual([photoOf('a.jpg'), photoOf('rotated.jpg')])
  expect([labelsOf('a.jpg'), labelsOf('rotated.jpg')]).toEqual([['dog confirmed'], ['dog confirmed']])
  expect(store.annotations.list().map(({ photoId }) => photoId)).toEqual([
    photoOf('a.jpg'),
    photoOf('rotated.jpg'),
  ])
  store.annotations.clear([photoOf('a.jpg')], 'dog')
  expect(labelsOf('rotated.jpg')).toEqual([])
  store.history.undo()
  store.annotations.confirm([photoOf('rotated.jpg')], 'cat', true)
  expect(labelsOf('a.jpg')).toEqual(['cat confirmed'])
})

test('a photo edited in place keeps its labels with a mark, which one step takes away, and is not trained on', async () => {
  const jpeg = withSegments(await jpegOf('red'), exifSegment(1, shot))
  const { store, write, scan, photoOf, labelsOf } = await setUp({ 'a.jpg': jpeg })
  const before = photoOf('a.jpg')
  store.annotations.confirm([before], 'dog')
  store.annotations.reject([before], 'fox')
  write('a.jpg', withSegments(await jpegOf('red', 20, 30), exifSegment(1, shot)))
  await scan()
  const edited = photoOf('a.jpg')
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed, changed', 'fox rejected, changed'])
  expect(store.annotations.forTraining().map(({ photoId }) => photoId)).toEqual([before, before])
  expect(store.annotations.resolveChanged([edited], true)).toEqual({ photos: 1 })
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed', 'fox rejected'])
  expect(store.annotations.forTraining()).toHaveLength(4)
  store.history.undo()
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed, changed', 'fox rejected, changed'])
  store.annotations.confirm([edited], 'dog')
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed', 'fox rejected, changed'])
  store.annotations.resolveChanged([edited], false)
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed'])
  // The photo as it was has its labels for the day that it is put back.
  write('a.jpg', jpeg)
  await scan()
  expect([photoOf('a.jpg'), labelsOf('a.jpg')]).toEqual([before, ['dog confirmed', 'fox rejected']])
})

test('undoing a step from before the edit takes its label from the edited photo too', async () => {
  const { store, write, scan, labelsOf, photoOf } = await setUp({
    'a.jpg': withSegments(await jpegOf('red'), exifSegment(1, shot)),
  })
  store.annotations.confirm([photoOf('a.jpg')], 'dog')
  store.annotations.confirm([photoOf('a.jpg')], 'cat')
  write('a.jpg', withSegments(await jpegOf('blue'), exifSegment(1, shot)))
  await scan()
  store.history.undo()
  expect(labelsOf('a.jpg')).toEqual(['dog confirmed, changed'])
  store.history.redo()
  expect(labelsOf('a.jpg')).toEqual(['cat confirmed, changed', 'dog confirmed, changed'])
})

test.each([
  ['of the same shape', 80, 60, ['dog confirmed, changed']],
  ['turned by a quarter', 30, 40, ['dog confirmed, changed']],
  ['of another shape', 40, 40, []],
] as const)(
  'without time and camera, an image %s under the old name is told by its shape',
  async (_name, width, height, labels) => {
    const { store, write, scan, photoOf, labelsOf } = await setUp({ 'a.png': await pngOf('red') })
    store.annotations.confirm([photoOf('a.png')], 'dog')
    write('a.png', await pngOf('blue', width, height))
    await scan()
    expect(labelsOf('a.png')).toEqual(labels)
  },
)

test('another photo under an old name is offered the labels and has none', async () => {
  const { store, write, path, scan, photoOf, labelsOf } = await setUp({
    'a.jpg': withSegments(await jpegOf('red'), exifSegment(1, shot)),
  })
  store.annotations.confirm([photoOf('a.jpg')], 'dog')
  write('a.jpg', withSegments(await jpegOf('blue'), exifSegment(1, laterShot)))
  await scan()
  expect(labelsOf('a.jpg')).toEqual([])
  const { ids, paths } = store.columns.files(1, 100)
  const fileId = FileId.parse(ids[paths.indexOf(path('a.jpg'))])
  expect(store.files.offeredLabels(fileId)).toEqual(['dog'])
  store.annotations.confirm([photoOf('a.jpg')], 'cat')
  expect(store.files.offeredLabels(fileId)).toEqual([])
})

test('two files that swap names take their labels along', async () => {
  const { store, path, scan, photoOf, labelsOf } = await setUp({
    'a.jpg': withSegments(await jpegOf('red'), exifSegment(1, shot)),
    'b.jpg': withSegments(await jpegOf('blue'), exifSegment(1, shot)),
  })
  store.annotations.confirm([photoOf('a.jpg')], 'dog')
  renameSync(path('a.jpg'), path('c.jpg'))
  renameSync(path('b.jpg'), path('a.jpg'))
  renameSync(path('c.jpg'), path('b.jpg'))
  await scan()
  expect([labelsOf('a.jpg'), labelsOf('b.jpg')]).toEqual([[], ['dog confirmed']])
})

test('an edited copy beside the original leaves the labels of the original alone', async () => {
  const jpeg = withSegments(await jpegOf('red'), exifSegment(1, shot))
  const { store, path, write, scan, photoOf, labelsOf } = await setUp({ 'a.jpg': jpeg })
  store.annotations.confirm([photoOf('a.jpg')], 'dog')
  copyFileSync(path('a.jpg'), path('original.jpg'))
  await scan()
  write('a.jpg', withSegments(await jpegOf('blue'), exifSegment(1, shot)))
  await scan()
  store.annotations.resolveChanged([photoOf('a.jpg')], false)
  expect([labelsOf('a.jpg'), labelsOf('original.jpg')]).toEqual([[], ['dog confirmed']])
})
