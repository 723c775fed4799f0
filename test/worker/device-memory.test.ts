// Which device a model runs on is compared once, and again when something has changed.
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { openModel } from '../../electron/worker/model.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

async function setUp() {
  const modelPath = await writeTinyModel(path.join(tempFolder(), 'tiny'))
  const cacheDir = tempFolder()
  /** Measured, so that two comparisons never agree to the last digit. */
  const speeds = async (device: 'auto' | 'cpu' = 'auto') => {
    const { device: report } = await openModel({
      ...{ type: 'load', modelPath, precision: 'fp32', inputSizePx: null, device, cacheDir },
      ...{ threads: 1, workers: 1, limits: defaultPhotoLimits },
    })
    expect(report).toMatchObject({ requested: device, ran: 'cpu' })
    return report.trials
  }
  const memories = async () => (await readdir(cacheDir)).filter((name) => name.startsWith('device-'))
  return { speeds, memories, cacheDir }
}

test('remembers the device of a model, for each request its own', async () => {
  const { speeds, memories } = await setUp()
  const first = await speeds()
  expect(await speeds()).toEqual(first)
  expect(await speeds('cpu')).not.toEqual(first)
  expect(await memories()).toHaveLength(2)
})

test('compares again after a change of the drivers, and after a week', async () => {
  const { speeds } = await setUp()
  const first = await speeds()
  vi.stubEnv('VK_DRIVER_FILES', '/another.json')
  expect(await speeds()).not.toEqual(first)
  vi.unstubAllEnvs()
  expect(await speeds()).toEqual(first)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 24 * 3_600_000 })
  expect(await speeds()).not.toEqual(first)
})

test('compares again where what was kept is damaged', async () => {
  const { speeds, memories, cacheDir } = await setUp()
  const first = await speeds()
  const [name = ''] = await memories()
  await writeFile(path.join(cacheDir, name), '{"ran":"cuda"')
  const again = await speeds()
  expect(again).not.toEqual(first)
  expect(await speeds()).toEqual(again)
})
