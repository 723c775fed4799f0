// Labelling on a fresh machine: the model in the box, its names in two languages, and a better model when there is one.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const samples = fileURLToPath(new URL('../../docs/samples', import.meta.url))
const cpu = ['--device', 'cpu', '--threads', '1']

test('label without a model says which one it uses and why', async () => {
  const home = tempFolder()
  const first = await runCli(['label', samples, '--csv', '-', ...cpu], home)
  expect(first.code).toBe(0)
  expect(first.stderr).toMatch(/^Labelling with the bundled model \(200 everyday things\)\./)
  const rows = parseCsv(first.stdout)
  expect(rows).toHaveLength(55)
  for (const row of rows) expect(row['model']).toMatch(/^bundled@[0-9a-f]{16}$/)
  expect(rows.find(({ file_name: name }) => name === 'coffee.jpg')?.['label']).toBe('espresso')

  await runCli(['models', 'add', await writeTinyModel(path.join(home, 'mine'))], home)
  const second = await runCli(['label', samples, ...cpu], home)
  expect(second.stderr).toMatch(/^Labelling with mine: the largest of the models that you added\./)
})

test('models: listed as bundled, cannot be removed, named in both languages', async () => {
  const home = tempFolder()
  const models = (...args: string[]) => runCli(['models', ...args], home)
  expect((await models()).stdout).toMatch(/^1\tbundled\t[0-9a-f]{16}\t200 classes\t64x64\tbundled\t/)
  expect(await models('remove', 'bundled')).toMatchObject({
    code: 3,
    stderr: 'labelroom: The bundled model is a part of Labelroom and stays.\n',
  })
  const both = (await models('labels', 'bundled', '--language', 'zh-CN')).stdout.trim().split('\n')
  expect(both).toHaveLength(200)
  expect(both[0]).toBe('Egyptian cat\t埃及猫')
  expect((await models('labels', 'bundled')).stdout.split('\n')[0]).toBe('Egyptian cat')
  expect((await models('info', 'bundled', '--language', 'zh-CN')).stdout).toMatch(/^labels +埃及猫, /m)
  const none = await models('labels', 'bundled', '--language', 'fr')
  expect(none).toMatchObject({ code: 3, stdout: '' })
  expect(none.stderr).toBe('labelroom: bundled has no names in fr. Add labels.fr.json.\n')
  expect((await models('labels', 'bundled', '--language', '../x')).code).toBe(1)
})
