// The start of a job can be cancelled: while its workers load the model, nothing is labelled yet.
import path from 'node:path'
import { expect, test } from 'vitest'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

test('a start that is cancelled while the model loads fails as cancelled, leaves no job, and the next one runs', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 2)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const loading = Promise.withResolvers<undefined>()
  let isHeld = true
  const { client, label } = openTestCore(home, {
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      return {
        ...port,
        onMessage: port.onMessage.bind(port),
        onExit: port.onExit.bind(port),
        kill: port.kill.bind(port),
        post(message) {
          // A worker that never has the model ready.
          if (isHeld && message.type === 'load') loading.resolve(undefined)
          else port.post(message)
        },
      }
    },
  })
  const starting = client.jobs.start({ folders: [photos], model, device: 'cpu' })
  const refused = expect(starting).rejects.toMatchObject({ code: 'cancelled' })
  await loading.promise
  await client.jobs.cancelStart({})
  await refused
  expect(await client.jobs.list({})).toEqual([])
  isHeld = false
  expect(await label({ folders: [photos], model })).toMatchObject({ state: 'done', counts: { labelled: 2 } })
  // Nothing starts now, and that is no error.
  expect(await client.jobs.cancelStart({})).toEqual({})
})
