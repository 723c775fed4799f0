// Explanations through the core: numbers, the picture, and what cannot be explained.
import { existsSync, renameSync, symlinkSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { ToWorker } from '../../../electron/contract/inference.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import type { CoreOptions } from '../../../electron/core/core.ts'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto, writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function setUp(options: Partial<CoreOptions> = {}) {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 3)
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const core = openTestCore(folder, options)
  await core.label({ folders: [photos], model })
  const photo = path.join(photos, 'part 1', '001.jpg')
  const { photoId } = await core.client.photos.find({ path: photo })
  return { ...core, folder, photos, model, photo, photoId }
}

test('returns one value from 0 to 1 for each patch, the same each time', async () => {
  const { client, photoId, photo } = await setUp()
  const explained = await client.photos.explain({ photoId })
  expect(explained).toMatchObject({ photoId, path: photo, modelName: 'tiny', label: null })
  expect(explained.values).toHaveLength(explained.gridWidth * explained.gridHeight)
  expect([Math.min(...explained.values), Math.max(...explained.values)]).toEqual([0, 1])
  expect(await client.photos.explain({ photoId })).toEqual(explained)
})

test('explains the model that labelled the photo, and not the one that was used last', async () => {
  const { client, label, folder, photoId } = await setUp()
  await writePhoto(path.join(folder, 'elsewhere', 'other.jpg'), 9)
  const model = await writeTinyModel(path.join(folder, 'newer'), {
    change: (weights) => weights.map((weight) => weight * 1.1),
  })
  await label({ folders: [path.join(folder, 'elsewhere')], model })
  expect((await client.photos.explain({ photoId })).modelName).toBe('tiny')
})

test('answers simultaneous requests, each with its own photo', async () => {
  const { client, photoId } = await setUp()
  const ids = [photoId, 1 as PhotoId, 3 as PhotoId]
  const answers = await Promise.all(ids.map((id) => client.photos.explain({ photoId: id })))
  expect(answers.map((answer) => answer.photoId)).toEqual(ids)
})

test('writes the picture atomically, in the format of its name', async () => {
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

test('refuses a ready ONNX graph, and names what to use instead', async () => {
  const { client, label, folder, photos, model, photoId } = await setUp()
  const { file } = await prepareGraph(await readModelFolder(model), {
    precision: 'fp32',
    cacheDir: path.join(folder, 'cache'),
  })
  await mkdir(path.join(folder, 'ready'))
  await copyFile(file, path.join(folder, 'ready', 'model.onnx'))
  await writeFile(
    path.join(folder, 'ready', 'config.json'),
    JSON.stringify({ problem_type: 'single_label_classification' }),
  )
  await label({ folders: [photos], model: path.join(folder, 'ready') })
  await expect(client.photos.explain({ photoId })).rejects.toMatchObject({
    code: 'model-unsupported',
    message: expect.stringContaining('safetensors') as string,
  })
})

test('names a missing photo', async () => {
  const { client, photoId, photo } = await setUp()
  await rm(photo)
  await expect(client.photos.explain({ photoId })).rejects.toMatchObject({
    code: 'inference-failed',
    message: expect.stringContaining(photo) as string,
  })
  await expect(client.photos.find({ path: '/nowhere.jpg' })).rejects.toMatchObject({ code: 'not-found' })
})

/** Does `swap` right before a worker is asked to explain. */
function swapBefore(): { swap: () => void; spawnInference: CoreOptions['spawnInference'] } {
  const before: { swap: () => void } = { swap: () => undefined }
  return Object.assign(before, {
    spawnInference: (threads: number) => {
      const port = spawnInference(threads)
      return {
        ...port,
        post: (message: ToWorker) => {
          if (message.type === 'explain') before.swap()
          port.post(message)
        },
      }
    },
  })
}

test('explains no file that took the place of the photo, be it before the call or between check and worker', async () => {
  const before = swapBefore()
  const { client, folder, photo, photoId } = await setUp({ spawnInference: before.spawnInference })
  const outside = await writePhoto(path.join(folder, 'outside.jpg'), 50)
  const picture = path.join(folder, 'map.png')
  const refused = {
    code: 'inference-failed',
    message: `${photo} cannot be explained: The file was changed or moved while it was read; run again.`,
  }
  const replace = () => {
    renameSync(photo, `${photo}.aside`)
    symlinkSync(outside, photo)
  }
  before.swap = replace
  await expect(client.photos.explain({ photoId })).rejects.toMatchObject(refused)
  before.swap = () => undefined
  await expect(client.photos.drawExplanation({ photoId, file: picture })).rejects.toMatchObject(refused)
  expect(existsSync(picture)).toBe(false)
})

test('explains a photo behind a link out of its folder that the scan has followed', async () => {
  const { client, label, folder, photos, model } = await setUp()
  const blob = await writePhoto(path.join(folder, 'blobs', '0a1b'), 60)
  const link = path.join(photos, 'linked.jpg')
  symlinkSync(blob, link)
  await label({ folders: [photos], model })
  const { photoId } = await client.photos.find({ path: link })
  expect(await client.photos.explain({ photoId })).toMatchObject({ photoId, path: link })
})
