// The catalogue's entries are complete and consistent; the label set is that of ImageNet.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { catalogue, labelSets } from '../../../models/catalogue/catalogue.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'

const english = labelSets['imagenet-1k']['labels.json'] ?? []
const chinese = labelSets['imagenet-1k']['labels.zh-CN.json'] ?? []

test('ids and repositories are unique', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
  expect(new Set(catalogue.map(({ repository }) => repository)).size).toBe(catalogue.length)
})

test.each(catalogue)('$id downloads weights, configuration and what its preprocessing needs', (entry) => {
  expect(entry.files).toContain(entry.scores === 'softmax' ? 'model.safetensors' : 'model.onnx')
  expect(entry.files).toContain(entry.preprocessing)
  if (entry.scores === 'softmax') expect(entry.files).toContain('config.json')
  // timm's configuration has no class names for ImageNet.
  if (entry.accuracy?.dataset === 'ImageNet-1k' && entry.repository.startsWith('timm/'))
    expect(entry.labelSet).not.toBeNull()
  // As the hub's page of each says.
  expect(entry.licence).toMatch(entry.id === 'inat21' ? /^CC-BY-NC-4\.0$/ : /^(Apache-2\.0|MIT)$/)
  // That of taggers is measured otherwise.
  if (entry.scores === 'softmax') expect(entry.accuracy?.source).toBeTruthy()
})

test('ImageNet has 1,000 unique names', () => {
  const labels = english
  expect(labels).toHaveLength(1000)
  expect(new Set(labels.map((label) => label.toLowerCase())).size).toBe(1000)
  expect([labels[0], labels[134], labels[517], labels[999]]).toEqual([
    'tench',
    'crane',
    'crane (machine)',
    'toilet tissue',
  ])
})

test('each ImageNet name has a Chinese name of its own, the same as in the bundled model', async () => {
  expect(chinese).toHaveLength(1000)
  expect(new Set(chinese).size).toBe(1000)
  for (const name of chinese) expect(name).toMatch(/\p{Script=Han}/u)
  expect([chinese[134], chinese[517], chinese[999]]).toEqual(['鹤', '起重机', '卫生纸'])
  const read = async (file: string) =>
    JSON.parse(
      await readFile(new URL(`../../../models/bundled/${file}`, import.meta.url), 'utf8'),
    ) as string[]
  const bundled = await read('labels.json')
  const bundledChinese = await read('labels.zh-CN.json')
  const common = bundled.filter((label) => english.includes(label))
  expect(common.length).toBeGreaterThan(150)
  for (const label of common)
    expect(chinese[english.indexOf(label)]).toBe(bundledChinese[bundled.indexOf(label)])
})

test.skipIf(!hasSharedFiles('vitTiny'))(
  'they are in the order of a ViT that was trained on ImageNet',
  async () => {
    const theirs = (await readModelFolder(sharedFiles.vitTiny)).labels
    const same = english.filter((label, index) => label === theirs[index]?.replaceAll('_', ' '))
    expect(same.length).toBeGreaterThanOrEqual(997)
  },
)
