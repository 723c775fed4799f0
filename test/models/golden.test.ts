// A real ViT-Ti against an independently built graph of the same tensors.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { hasSharedFiles, sharedFiles } from '../helpers/shared-files.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { largestDifference, runGraph } from './helpers.ts'

const path = sharedFiles.vitTiny

describe.skipIf(!hasSharedFiles('vitTiny'))('vit_tiny_patch16_224', () => {
  const golden = () =>
    JSON.parse(readFileSync(join(path, 'golden.json'), 'utf8')) as {
      logits: number[]
      cls_embedding: number[]
    }
  const photo = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(0.001 * i))

  test('is inferred without any configuration', async () => {
    const folder = await readModelFolder(path)
    expect(folder).toMatchObject({
      kind: 'checkpoint',
      name: 'vit_tiny_patch16_224',
      classes: 1000,
      embeddingDim: 192,
      architecture: {
        patchPx: 16,
        dim: 192,
        depth: 12,
        heads: 3,
        mlpDim: 768,
        registers: 0,
        hasLayerScale: false,
      },
      preprocessing: {
        height: 224,
        width: 224,
        resize: { rule: 'shortest-edge', sizePx: 248 },
        interpolation: 'bicubic',
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
        rescale: 1 / 255,
      },
    })
    expect(folder.labels[0]).toBe('tench')
    expect(folder.labels).toHaveLength(1000)
  })

  test.each([
    { precision: 'fp32', withAttention: false, bound: 1e-3 },
    { precision: 'fp32', withAttention: true, bound: 1e-3 },
    { precision: 'fp16', withAttention: false, bound: 0.02 },
    { precision: 'int8', withAttention: false, bound: 0.5 },
  ] as const)(
    '$precision with attention $withAttention computes logits within $bound of the golden values',
    async ({ bound, ...options }) => {
      const graph = await prepareGraph(await readModelFolder(path), {
        ...options,
        cacheDir: tempFolder(),
      })
      const outputs = await runGraph(graph, [photo])
      const { logits, cls_embedding: embedding } = golden()
      expect(largestDifference(outputs['logits'], logits)).toBeLessThan(bound)
      expect(largestDifference(outputs['cls_embedding'], embedding)).toBeLessThan(2 * bound)
    },
  )
})
