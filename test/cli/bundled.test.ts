// Labelling on a fresh machine: the model in the box, its names in two languages, and a better model when there is one.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCliHosted } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const samples = fileURLToPath(new URL('../../docs/samples', import.meta.url))
const cpu = ['--device', 'cpu', '--threads', '1']

test('labels with the bundled model when none is named, and says why; clears what it suggested', async () => {
  const home = tempFolder()
  const first = await runCliHosted(['label', samples, '--csv', '-', ...cpu], home)
  expect(first.code).toBe(0)
  expect(first.stderr).toMatch(
    /^Labelling with the bundled model, a small one \(247 everyday things, right on about 7 of 10 photos of its kind\)\./,
  )
  const rows = parseCsv(first.stdout)
  expect(rows).toHaveLength(120)
  // Breeds of dogs are one label each time, not several.
  expect(new Set(rows.map(({ file_name: name, label }) => `${name}: ${label}`)).size).toBe(120)
  for (const row of rows) expect(row['model']).toMatch(/^bundled@[0-9a-f]{16}$/)
  expect(rows.find(({ file_name: name }) => name === 'coffee.jpg')?.['label']).toBe('espresso')

  const cleared = await runCliHosted(['models', 'clear', 'bundled'], home)
  expect(cleared.stdout).toMatch(
    /^What bundled suggested for \d+ photos is taken away\. Your own labels are kept\.\n$/,
  )
  const again = await runCliHosted(['models', 'clear', 'bundled'], home)
  expect(again.stdout).toBe('There is no suggestion of bundled.\n')

  await runCliHosted(['models', 'add', await writeTinyModel(path.join(home, 'mine'))], home)
  const second = await runCliHosted(['label', samples, ...cpu], home)
  expect(second.stderr).toMatch(/^Labelling with mine: the largest of the models that you added\./)
})

test('lists the bundled model as bundled, names its labels in both languages and refuses to remove it', async () => {
  const home = tempFolder()
  const models = (...args: string[]) => runCliHosted(['models', ...args], home)
  expect((await models()).stdout).toMatch(/^1\tbundled\t[0-9a-f]{16}\t247 classes\t64x64\tbundled\t/)
  expect(await models('remove', 'bundled')).toMatchObject({
    code: 3,
    stderr: 'labelroom: The bundled model is a part of Labelroom and stays.\n',
  })
  const both = (await models('labels', 'bundled', '--language', 'zh-CN')).stdout.trim().split('\n')
  expect(both).toHaveLength(247)
  expect(both[0]).toBe('cat\t猫')
  expect((await models('labels', 'bundled')).stdout.split('\n')[0]).toBe('cat')
  expect((await models('info', 'bundled', '--language', 'zh-CN')).stdout).toMatch(/^labels +猫, /m)
  const none = await models('labels', 'bundled', '--language', 'fr')
  expect(none).toMatchObject({ code: 3, stdout: '' })
  expect(none.stderr).toBe('labelroom: bundled has no names in fr. Add labels.fr.json.\n')
  expect((await models('labels', 'bundled', '--language', '../x')).code).toBe(1)
})
