// Graphs of tiny random models of every supported family against a plain forward pass.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readModelFolder } from '../../../models/model-folder.ts'
import { decodeModel } from '../../../models/onnx/proto.ts'
import { prepareGraph, type PrepareOptions } from '../../../models/prepare.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference, randomPhoto, runGraph, writeModel } from '../helpers.ts'
import { runReference } from '../reference-vit.ts'
import { makeTinyVit, timmTensors, transformersTensors, type Traits } from '../tiny-vit.ts'
import { roundTo, writeSafetensors, type StorageType, type TestTensors } from '../write-safetensors.ts'

const sizePx = 32
const heads = { num_attention_heads: 3 }
const configs = {
  'config.json': heads,
  'preprocessor_config.json': { size: { height: sizePx, width: sizePx } },
}

async function prepare(folder: string, options: Partial<PrepareOptions> = {}) {
  return prepareGraph(await readModelFolder(folder), {
    precision: 'fp32',
    cacheDir: join(folder, 'cache'),
    ...options,
  })
}

interface Family {
  readonly name: string
  readonly traits: Traits
  readonly tensors: (vit: ReturnType<typeof makeTinyVit>) => TestTensors
}
const families: readonly Family[] = [
  { name: 'timm ViT', traits: {}, tensors: timmTensors },
  { name: 'timm ViT, averaged patches', traits: { head: 'mean' }, tensors: timmTensors },
  { name: 'timm DeiT, distilled', traits: { hasDistillationToken: true, head: 'two' }, tensors: timmTensors },
  { name: 'timm DeiT-3', traits: { hasLayerScale: true, positions: 'patches' }, tensors: timmTensors },
  {
    name: 'timm with registers',
    traits: { registers: 4, positions: 'patches', hasLayerScale: true },
    tensors: timmTensors,
  },
  {
    name: 'timm with placed registers',
    traits: { registers: 4, positions: 'all', grid: 3 },
    tensors: timmTensors,
  },
  {
    name: 'transformers ViT',
    traits: { normEpsilon: 1e-12 },
    tensors: (vit) => transformersTensors(vit, 'vit'),
  },
  {
    name: 'transformers ViT as a training program saves it, all tensors below a prefix',
    traits: { normEpsilon: 1e-12 },
    tensors: (vit) =>
      Object.fromEntries(
        Object.entries(transformersTensors(vit, 'vit')).map(([name, tensor]) => [`module.${name}`, tensor]),
      ),
  },
  {
    name: 'transformers DeiT with teacher',
    traits: { hasDistillationToken: true, head: 'two', normEpsilon: 1e-12 },
    tensors: (vit) => transformersTensors(vit, 'deit'),
  },
  {
    name: 'transformers DeiT, one head',
    traits: { hasDistillationToken: true, normEpsilon: 1e-12 },
    tensors: (vit) => transformersTensors(vit, 'deit'),
  },
  {
    name: 'transformers DINOv2',
    traits: { hasLayerScale: true, head: 'cls+mean' },
    tensors: (vit) => transformersTensors(vit, 'dinov2'),
  },
  {
    name: 'transformers DINOv2 with registers',
    traits: { hasLayerScale: true, head: 'cls+mean', registers: 4 },
    tensors: (vit) => transformersTensors(vit, 'dinov2'),
  },
]

describe.each(families)('$name', ({ traits, tensors }) => {
  const vit = makeTinyVit(traits)
  const px = vit.grid * vit.patchPx
  const photos = [randomPhoto(px, 1), randomPhoto(px, 2)]
  const expected = photos.map((photo) => runReference(vit, photo, px))
  const json = { ...configs, 'preprocessor_config.json': { size: { height: px, width: px } } }

  test('computes the logits and embeddings of the reference for a batch of two', async () => {
    const graph = await prepare(await writeModel(tensors(vit), json))
    const outputs = await runGraph(graph, photos)
    expect(
      largestDifference(
        outputs['logits'],
        expected.flatMap(({ logits }) => logits),
      ),
    ).toBeLessThan(1e-4)
    expect(
      largestDifference(
        outputs['cls_embedding'],
        expected.flatMap(({ embedding }) => embedding),
      ),
    ).toBeLessThan(1e-4)
    expect(graph.embeddingDim).toBe(expected[0]?.embedding.length)
  })

  test('outputs the attention of the reference and the same logits', async () => {
    const graph = await prepare(await writeModel(tensors(vit), json), { withAttention: true })
    const outputs = await runGraph(graph, photos)
    expect(graph.attentionNames).toEqual(['attention_0', 'attention_1'])
    graph.attentionNames.forEach((name, block) => {
      const attention = expected.flatMap((photo) => (photo.attention[block] ?? []).flat(2))
      expect(largestDifference(outputs[name], attention)).toBeLessThan(1e-5)
    })
    const tokens = vit.grid ** 2 + 1 + vit.registers + Number(vit.hasDistillationToken)
    const rows = outputs['attention_1'] ?? new Float32Array()
    for (let row = 0; row < rows.length; row += tokens) {
      expect(rows.subarray(row, row + tokens).reduce((a, b) => a + b)).toBeCloseTo(1, 5)
    }
    expect(
      largestDifference(
        outputs['logits'],
        expected.flatMap(({ logits }) => logits),
      ),
    ).toBeLessThan(1e-4)
  })
})

describe('storage', () => {
  test.each<StorageType>(['F16', 'BF16'])('reads %s', async (dtype) => {
    const vit = makeTinyVit({}, (values) => roundTo(dtype, values))
    const graph = await prepare(await writeModel(timmTensors(vit), configs, dtype))
    const photo = randomPhoto(sizePx)
    const { logits } = await runGraph(graph, [photo])
    expect(largestDifference(logits, runReference(vit, photo, sizePx).logits)).toBeLessThan(1e-4)
  })

  test('reads shards by their index', async () => {
    const vit = makeTinyVit()
    const entries = Object.entries(timmTensors(vit))
    const folder = tempFolder()
    const shards = [entries.slice(0, 10), entries.slice(10)]
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const
    for (const [i, name] of names.entries()) {
      await writeSafetensors(join(folder, name), Object.fromEntries(shards[i] ?? []))
    }
    const weightMap = Object.fromEntries(entries.map(([name], i) => [name, names[i < 10 ? 0 : 1]]))
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }))
    await writeFile(join(folder, 'config.json'), JSON.stringify(heads))
    const photo = randomPhoto(sizePx)
    const { logits } = await runGraph(await prepare(folder), [photo])
    expect(largestDifference(logits, runReference(vit, photo, sizePx).logits)).toBeLessThan(1e-4)
  })
})

describe('precision', () => {
  const vit = makeTinyVit({ hasLayerScale: true, dim: 48, mlpDim: 192 })
  const photo = randomPhoto(sizePx)
  const { logits: expected } = runReference(vit, photo, sizePx)
  const spread = Math.max(...expected) - Math.min(...expected)

  test.each([
    { precision: 'fp16', bound: 0.005 },
    { precision: 'int8', bound: 0.05 },
  ] as const)(
    '$precision changes the logits, by less than $bound of their spread',
    async ({ precision, bound }) => {
      const graph = await prepare(await writeModel(timmTensors(vit), configs), { precision })
      const { logits } = await runGraph(graph, [photo])
      expect(largestDifference(logits, expected) / spread).toBeLessThan(bound)
      expect(largestDifference(logits, expected)).toBeGreaterThan(1e-6)
    },
  )

  test('int8 divides the rows that queries, keys and values read once for all three', async () => {
    const folder = await writeModel(timmTensors(vit), configs)
    const { file } = await prepare(folder, { precision: 'int8', withAttention: true })
    const { node } = decodeModel(await readFile(file)).graph
    // Of the first norm, of what the attention collects, and of the second norm.
    expect(node.filter(({ op_type }) => op_type === 'ReduceMax')).toHaveLength(3 * vit.depth)
  })
})
