// What the disk or the system refuses becomes one sentence that names the file or the folder.
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writing } from '../../models/checkpoint/files.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeModel } from './helpers.ts'
import { makeTinyVit, timmTensors } from './tiny-vit.ts'

const newModel = () => writeModel(timmTensors(makeTinyVit()), { 'config.json': { num_attention_heads: 3 } })

const isLinux = process.platform === 'linux'
/** Permissions bind neither the administrator nor, as numbers, Windows. */
const hasPermissions = process.getuid?.() !== 0 && process.platform !== 'win32'

async function expectError(work: Promise<unknown>, code: string, words: readonly string[]): Promise<void> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'ModelError', code })
  for (const word of words) expect((error as Error).message).toContain(word)
}

describe('reading', () => {
  test('weights that vanish before the graph is built are reported as missing', async () => {
    const folder = await newModel()
    const model = await readModelFolder(folder)
    const file = join(folder, 'model.safetensors')
    await rm(file)
    const graph = prepareGraph(model, { precision: 'fp32', cacheDir: join(folder, 'cache') })
    await expectError(graph, 'model-missing', [file, 'put it back'])
  })

  test.skipIf(!isLinux).each(['model.onnx', 'config.json', 'classes.txt'])(
    'a disk error in %s names the file (made with /proc, so only on Linux)',
    async (name) => {
      const folder = name === 'model.onnx' ? tempFolder() : await newModel()
      const file = join(folder, name)
      await rm(file, { force: true })
      await symlink('/proc/self/mem', file)
      await expectError(readModelFolder(folder), 'model-invalid', [file, 'EIO', 'check the disk'])
    },
  )

  test.skipIf(!hasPermissions).each(['model.safetensors', 'config.json'])(
    '%s without read permission is named (skipped for root, who may read all)',
    async (name) => {
      const folder = await newModel()
      await chmod(join(folder, name), 0)
      await expectError(readModelFolder(folder), 'model-invalid', [join(folder, name), 'permission'])
    },
  )
})

describe('the cache', () => {
  test('that is a file is rejected as unwritable', async () => {
    const folder = await newModel()
    const cacheDir = join(folder, 'config.json')
    const graph = prepareGraph(await readModelFolder(folder), { precision: 'fp32', cacheDir })
    await expectError(graph, 'output-unwritable', [cacheDir, 'may write to'])
  })

  test('below a file is rejected as unwritable', async () => {
    const folder = await newModel()
    const cacheDir = join(folder, 'config.json', 'cache')
    const graph = prepareGraph(await readModelFolder(folder), { precision: 'fp32', cacheDir })
    await expectError(graph, 'output-unwritable', [cacheDir, 'may write to'])
  })

  test.skipIf(!hasPermissions)(
    'without write permission is rejected as unwritable (skipped for root, who may write all)',
    async () => {
      const folder = await newModel()
      const cacheDir = join(folder, 'cache')
      await mkdir(cacheDir)
      await chmod(cacheDir, 0o500)
      const graph = prepareGraph(await readModelFolder(folder), { precision: 'fp32', cacheDir })
      await expectError(graph, 'output-unwritable', [cacheDir, 'may write to'])
    },
  )

  test.skipIf(!isLinux)(
    'on a full disk fails as disk-full (made with /dev/full, so only on Linux)',
    async () => {
      const work = writing('/some/cache', () => writeFile('/dev/full', 'graph'))
      await expectError(work, 'disk-full', ['/some/cache', 'free some space'])
    },
  )
})
