// One program at a time downloads a model; the stale lock of a killed program blocks no other.
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isFile } from '../../../../models/checkpoint/files.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { setUpInstall, startTinyHub } from './helpers.ts'

test('refuses a second program while the first one downloads, and gives it the model afterwards', async () => {
  const hub = await startTinyHub()
  const folder = tempFolder()
  const first = setUpInstall(hub.url, {}, folder)
  const second = setUpInstall(hub.url, {}, folder)
  let letGo = (): void => undefined
  const reached = new Promise<void>((resolve) => {
    hub.misbehave = ({ method, url }, response) => {
      if (method !== 'GET' || url !== '/model.safetensors') return false
      hub.misbehave = null
      const content = hub.files.get('model.safetensors')
      letGo = () => void response.writeHead(200, { 'content-length': content?.length }).end(content)
      resolve()
      return true
    }
  })
  const downloading = first.run()
  await reached
  await expect(second.run()).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringMatching(/^Tiny ViT is being downloaded by another Labelroom\./) as string,
  })
  letGo()
  const installed = await downloading
  hub.log.length = 0
  expect(await second.run()).toBe(installed)
  expect(hub.log).toEqual([])
  expect(await readdir(first.modelsDir)).toEqual(['tiny'])
})

test('takes over the stale lock of a killed program', async () => {
  const hub = await startTinyHub()
  const { modelsDir, run } = setUpInstall(hub.url)
  await mkdir(modelsDir)
  const lock = path.join(modelsDir, 'tiny.lock')
  await writeFile(lock, '')
  await expect(run()).rejects.toMatchObject({ code: 'bad-request' })
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(lock, longAgo, longAgo)
  expect(await isFile(`${await run()}/model.safetensors`)).toBe(true)
  expect(await readdir(modelsDir)).toEqual(['tiny'])
})
