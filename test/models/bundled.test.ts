// The model in the box: small, whole, named in both languages, and computed as an independent implementation does.
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bundledModelFolder } from '../../electron/host/app-info.ts'
import { readCheckpoint } from '../../models/checkpoint/checkpoint.ts'
import { readLabelNames } from '../../models/config/labels.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { largestDifference, runGraph } from './helpers.ts'

const goldenFile = fileURLToPath(new URL('../../models/train/golden.json', import.meta.url))

test('has at most 6.2 M parameters as float16 in at most 12.5 MB', async () => {
  const checkpoint = await readCheckpoint(bundledModelFolder)
  const tensors = [...(checkpoint?.tensors.values() ?? [])]
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  expect(parameters).toBeGreaterThan(1e6)
  expect(parameters).toBeLessThanOrEqual(6.2e6)
  expect(new Set(tensors.map(({ dtype }) => dtype))).toEqual(new Set(['F16']))
  expect((await stat(path.join(bundledModelFolder, 'model.safetensors'))).size).toBeLessThanOrEqual(12.5e6)
})

test('is a plain ViT that takes photos of its training size unchanged', async () => {
  const folder = await readModelFolder(bundledModelFolder)
  expect(folder).toMatchObject({
    kind: 'checkpoint',
    name: 'bundled',
    classes: 289,
    scores: { activation: 'softmax', temperature: 0.86 },
    architecture: { patchPx: 8, headReads: ['cls'], registers: 0, hasLayerScale: false },
    preprocessing: { height: 64, width: 64, resize: { rule: 'shortest-edge', sizePx: 64 } },
  })
})

test('names its 289 classes by 247 labels, which no two things share, in English and in Chinese', async () => {
  const { labels } = await readModelFolder(bundledModelFolder)
  expect(labels).toHaveLength(289)
  expect(new Set(labels.map((label) => label.toLowerCase())).size).toBe(247)
  expect([labels[0], labels[23], labels[288]]).toEqual(['cat', 'potpie', 'rain'])
  expect(labels.filter((label) => label === 'dog')).toHaveLength(18)
  const names = await readLabelNames(bundledModelFolder, 289, 'zh-CN')
  expect([...names.keys()]).toEqual([...new Set(labels)])
  expect(new Set(names.values()).size).toBe(247)
  // One name is a trade mark beside Chinese; all others are written in Chinese characters.
  for (const name of names.values()) expect(name).toMatch(/\p{Script=Han}/u)
  expect(names.get('elephant')).toBe('大象')
  expect(await readLabelNames(bundledModelFolder, 289, 'xx')).toEqual(new Map())
})

test.each([
  { precision: 'fp32', bound: 1e-3 },
  { precision: 'fp16', bound: 0.02 },
] as const)('$precision logits are within $bound of those of NumPy', async ({ precision, bound }) => {
  const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as { logits: number[]; cls_embedding: number[] }
  const photo = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(0.01 * i))
  const folder = await readModelFolder(bundledModelFolder)
  const graph = await prepareGraph(folder, { precision, withAttention: false, cacheDir: tempFolder() })
  const outputs = await runGraph(graph, [photo])
  expect(largestDifference(outputs['logits'], golden.logits)).toBeLessThan(bound)
  expect(largestDifference(outputs['cls_embedding'], golden.cls_embedding)).toBeLessThan(2 * bound)
})
