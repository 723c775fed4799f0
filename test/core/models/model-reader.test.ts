// Models are read by a worker: what their files do to it, the core survives and says.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { openTestCore } from '../../helpers/core.ts'
import { patch } from '../../helpers/quota.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

test('the core opens no file of a model when it is added, described and named', async () => {
  const home = tempFolder()
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const { client } = openTestCore(home)
  const opened: string[] = []
  for (const owner of [fs, fs.promises] as (typeof fs)[])
    for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream'] as const) {
      const original: unknown = owner[name]
      if (typeof original !== 'function') continue
      patch(owner, name, (...args: unknown[]) => {
        if (String(args[0]).startsWith(model)) opened.push(String(args[0]))
        return original.apply(owner, args) as unknown
      })
    }
  const { id, classes } = await client.models.add({ path: model })
  expect(await client.models.info({ model })).toMatchObject({ classes, origin: 'disk', path: model })
  expect(await client.models.labelNames({ modelId: id, language: 'zh-CN' })).toEqual({})
  expect(opened).toEqual([])
})

test('a model that ends the worker is refused with a sentence, and the next one is read', async () => {
  const home = tempFolder()
  const model = await writeTinyModel(path.join(home, 'tiny'))
  let isDeadly = true
  const { client } = openTestCore(home, {
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      return {
        ...port,
        post: (message) => {
          if (message.type === 'model' && isDeadly) port.kill()
          else port.post(message)
        },
      }
    },
  })
  await expect(client.models.add({ path: model })).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(
      /tiny cannot be read\. The inference worker was lost \(.*SIGKILL/,
    ) as string,
  })
  isDeadly = false
  expect(await client.models.add({ path: model })).toMatchObject({ name: 'tiny' })
})
