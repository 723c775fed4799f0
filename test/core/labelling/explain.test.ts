// Explanations through the core: numbers, the picture, and what cannot be explained.
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function setUp() {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 3)
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const core = openTestCore(folder)
  await core.label({ folders: [photos], model })
  const photo = path.join(photos, 'part 1', '001.jpg')
  const { photoId } = await core.client.photos.find({ path: photo })
  return { ...core, folder, photos, model, photo, photoId }
}

test('one value for each patch from 0 to 1, the same each time', async () => {
  const { client, photoId, photo } = await setUp()
  const explained = await client.photos.explain({ photoId })
  expect(explained).toMatchObject({ photoId, path: photo, modelName: 'tiny', label: null })
  expect(explained.values).toHaveLength(explained.gridWidth * explained.gridHeight)
  expect([Math.min(...explained.values), Math.max(...explained.values)]).toEqual([0, 1])
  expect(await client.photos.explain({ photoId })).toEqual(explained)
})

test('questions that come at once are all answered, each with its own photo', async () => {
  const { client, photoId } = await setUp()
  const ids = [photoId, 1 as PhotoId, 3 as PhotoId]
  const answers = await Promise.all(ids.map((id) => client.photos.explain({ photoId: id })))
  expect(answers.map((answer) => answer.photoId)).toEqual(ids)
})

test('the picture is written whole, in the format of its name', async () => {
  const { client, photoId, folder } = await setUp()
  const file = path.join(folder, 'map.webp')
  const { bytes } = await client.photos.drawExplanation({ photoId, file })
  expect(await sharp(file).metadata()).toMatchObject({ format: 'webp', width: 33, height: 33 })
  expect(bytes).toBeGreaterThan(0)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  await expect(client.photos.drawExplanation({ photoId, file: `${folder}/map.gif` })).rejects.toMatchObject({
    code: 'bad-request',
  })
  await expect(
    client.photos.drawExplanation({ photoId, file: `${folder}/no/map.png` }),
  ).rejects.toMatchObject({
    code: 'output-unwritable',
  })
})

test('a ready graph hides its attention, and says what to use instead', async () => {
  const { client, label, folder, photos, model, photoId } = await setUp()
  const { file } = await prepareGraph(await readModelFolder(model), {
    precision: 'fp32',
    cacheDir: path.join(folder, 'cache'),
  })
  await mkdir(path.join(folder, 'ready'))
  await copyFile(file, path.join(folder, 'ready', 'model.onnx'))
  await label({ folders: [photos], model: path.join(folder, 'ready') })
  await expect(client.photos.explain({ photoId })).rejects.toMatchObject({
    code: 'model-unsupported',
    message: expect.stringContaining('safetensors') as string,
  })
})

test('a photo that is gone is named', async () => {
  const { client, photoId, photo } = await setUp()
  await rm(photo)
  await expect(client.photos.explain({ photoId })).rejects.toMatchObject({
    code: 'inference-failed',
    message: expect.stringContaining(photo) as string,
  })
  await expect(client.photos.find({ path: '/nowhere.jpg' })).rejects.toMatchObject({ code: 'not-found' })
})
