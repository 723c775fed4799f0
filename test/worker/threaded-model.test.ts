// A model in a thread of its own answers as one in the thread that asks.
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultPhotoLimits, type LoadRequest } from '../../electron/contract/inference.ts'
import { testPicture } from '../../electron/worker/input-tensor.ts'
import { openModel } from '../../electron/worker/model.ts'
import { openForJob, openInThread } from '../../electron/worker/threaded-model.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const request = (modelPath: string): LoadRequest => ({
  ...{ type: 'load', modelPath, precision: 'fp32', inputSizePx: null, device: 'cpu', cacheDir: tempFolder() },
  ...{ threads: 1, workers: 1, limits: defaultPhotoLimits },
})

test('a model in a thread returns the results of one without, batch after batch', async () => {
  const load = request(await writeTinyModel(path.join(tempFolder(), 'tiny')))
  const here = await openModel(load)
  const there = await openInThread(load)
  expect(there.preprocessing).toEqual(here.preprocessing)
  expect(there.device).toMatchObject({ ran: 'cpu', nodeShare: 1 })
  const pixels = testPicture(here.preprocessing)
  for (const id of [3, 4]) {
    const photos = [{ id, widthPx: 20, heightPx: 10, takenAtMs: null, pixels }]
    expect(await there.run(photos, 3)).toEqual(await here.run(photos, 3))
  }
})

test('what cannot be opened or run in a thread fails with the reason', async () => {
  await expect(openInThread(request(path.join(tempFolder(), 'none')))).rejects.toMatchObject({
    code: 'model-missing',
  })
  const { run } = await openInThread(request(await writeTinyModel(path.join(tempFolder(), 'tiny'))))
  const photo = { id: 1, widthPx: 1, heightPx: 1, takenAtMs: null, pixels: new Uint8Array(3) }
  await expect(run([photo], 1)).rejects.toThrow('3 bytes are not')
})

test('a device that is not there fails with the same sentence as without a thread', async () => {
  const load = request(await writeTinyModel(path.join(tempFolder(), 'tiny')))
  await expect(openForJob({ ...load, device: 'directml' })).rejects.toMatchObject({
    code: 'device-unavailable',
  })
})
