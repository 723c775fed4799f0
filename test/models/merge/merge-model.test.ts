// Models with another head: the same logits as the head on the embeddings, in every family, form and precision.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { headOfWords } from '../../../electron/core/learning/algorithms/words-head.ts'
import * as ort from '../../../electron/worker/runtime.ts'
import { createGraph } from '../../../models/onnx/graph-builder.ts'
import { bytesOf } from '../../../models/tensor.ts'
import type { NewHead } from '../../../models/merge/head.ts'
import { mergeModel } from '../../../models/merge/merge-model.ts'
import { readModelFolder, type ModelFolder } from '../../../models/model-folder.ts'
import { decodeModel, encodeModel, onnxTypes } from '../../../models/onnx/proto.ts'
import type { Precision } from '../../../models/onnx/precision.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { readSafetensorsHeader } from '../../../models/checkpoint/safetensors.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference, randomPhoto, runGraph, writeModel } from '../helpers.ts'
import { makeTinyVit, timmTensors, transformersTensors } from '../tiny-vit.ts'
import { textImageModels } from '../text/models.ts'
import { applyHead, labels, randomHead } from './heads.ts'

async function run(model: ModelFolder, photos: readonly Float32Array[], precision: Precision = 'fp32') {
  const graph = await prepareGraph(model, { precision, cacheDir: tempFolder() })
  return { graph, outputs: await runGraph(graph, photos) }
}

interface Case {
  readonly format: 'onnx' | 'safetensors'
  readonly precision?: Precision
  readonly head?: Partial<NewHead>
}

/** Merges, reads the result back, and returns it with the expected outputs. */
async function merge(source: string, { format, precision = 'fp32', head: changes = {} }: Case) {
  const model = await readModelFolder(source)
  const head = randomHead(model.embeddingDim ?? 0, changes)
  const folder = tempFolder()
  const options = { format, precision, inputSizePx: null, cacheDir: tempFolder(), folder }
  const { file, bytes } = await mergeModel(model, head, options)
  expect((await readFile(join(folder, file))).length).toBe(bytes)
  return { model, head, folder, file: join(folder, file), merged: await readModelFolder(folder) }
}

const pixels = 32
const photos = [randomPhoto(pixels), randomPhoto(pixels, 8)]
const heads = { num_attention_heads: 3 }

/** Each with the head in another place. */
const sources: Record<string, () => Promise<string>> = {
  'timm, CLS': () => writeModel(timmTensors(makeTinyVit()), { 'config.json': heads }),
  'timm, layer scale, registers, F16': () => {
    const vit = makeTinyVit({ hasLayerScale: true, registers: 2, positions: 'patches' })
    return writeModel(timmTensors(vit), { 'config.json': heads }, 'F16')
  },
  'timm, mean of patches': () =>
    writeModel(timmTensors(makeTinyVit({ head: 'mean' })), { 'config.json': heads }),
  'timm, two heads': () =>
    writeModel(timmTensors(makeTinyVit({ head: 'two', hasDistillationToken: true })), {
      'config.json': heads,
    }),
  'transformers ViT': () => writeModel(transformersTensors(makeTinyVit(), 'vit'), { 'config.json': heads }),
  'transformers DeiT, two heads': () => {
    const vit = makeTinyVit({ head: 'two', hasDistillationToken: true })
    return writeModel(transformersTensors(vit, 'deit'), { 'config.json': { ...heads, model_type: 'deit' } })
  },
  'transformers DINOv2, CLS and mean': () => {
    const vit = makeTinyVit({ head: 'cls+mean', hasLayerScale: true })
    return writeModel(transformersTensors(vit, 'dinov2'), {
      'config.json': heads,
      'preprocessor_config.json': { size: { height: pixels, width: pixels } },
    })
  },
}

describe.each(Object.keys(sources))('%s', (name) => {
  test.each(['onnx', 'safetensors'] as const)(
    'merged as %s computes the logits of the new head',
    async (format) => {
      const source = (await sources[name]?.()) ?? ''
      const { model, head, merged } = await merge(source, { format })
      expect(merged).toMatchObject({
        kind: format === 'onnx' ? 'onnx' : 'checkpoint',
        name: 'mine',
        labels,
        scores: { activation: 'softmax', temperature: 1.5 },
        preprocessing: asRead(model, merged),
        embeddingDim: model.embeddingDim,
      })
      const before = await run(model, photos)
      const after = await run(merged, photos)
      const embeddings = before.outputs['cls_embedding'] ?? new Float32Array()
      expect(largestDifference(after.outputs['cls_embedding'], embeddings)).toBeLessThan(1e-6)
      expect(largestDifference(after.outputs['logits'], applyHead(head, embeddings))).toBeLessThan(2e-5)
    },
  )
})

/** The preprocessing of the source, which the merged model reads from a file of its own. */
const asRead = (source: ModelFolder, merged: ModelFolder) => ({
  ...source.preprocessing,
  from: merged.preprocessing.from,
})

test('a merged model does not keep what was measured of the model that it was made from', async () => {
  const quality = { top1Percent: 53.4, suggestedAt: 0.33 }
  const config = { ...heads, labelroom: { temperature: 0.8, quality } }
  const source = await writeModel(timmTensors(makeTinyVit()), { 'config.json': config })
  const { model, merged } = await merge(source, { format: 'safetensors' })
  expect(model).toMatchObject({ quality, scores: { temperature: 0.8 } })
  expect(merged).toMatchObject({ quality: null, scores: { temperature: 1.5 } })
})

test("a DINOv2 with registers and no configuration is written with transformers' class for registers", async () => {
  const traits = { dim: 192, heads: 3, registers: 4, hasLayerScale: true, head: 'cls+mean' } as const
  const source = await writeModel(transformersTensors(makeTinyVit(traits), 'dinov2'))
  const { folder } = await merge(source, { format: 'safetensors' })
  expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toMatchObject({
    architectures: ['Dinov2WithRegistersForImageClassification'],
    model_type: 'dinov2_with_registers',
    num_register_tokens: 4,
  })
})

test('ONNX has calibrated probabilities and its class names in its metadata', async () => {
  const source = (await sources['timm, CLS']?.()) ?? ''
  for (const activation of ['softmax', 'sigmoid'] as const) {
    const scores = { activation, temperature: 2 }
    const { file, merged, head } = await merge(source, { format: 'onnx', head: { scores } })
    expect(merged.scores).toMatchObject(scores)
    const { outputs } = await run(merged, [randomPhoto(pixels)])
    const logits = [...(outputs['logits'] ?? [])]
    const powers = logits.map((logit) => Math.exp(logit / 2))
    const sum = powers.reduce((a, b) => a + b)
    const expected = powers.map((power) => (activation === 'softmax' ? power / sum : power / (1 + power)))
    expect(largestDifference(outputs['probabilities'], expected)).toBeLessThan(1e-6)
    const { metadata_props: properties = [], graph } = decodeModel(await readFile(file))
    const metadata = new Map(properties.map(({ key, value }) => [key, value]))
    expect(JSON.parse(metadata.get('labels') ?? '')).toEqual(head.labels)
    expect(JSON.parse(metadata.get('id2label') ?? '')).toEqual({ 0: 'ant', 1: 'b/ee', 2: '"cat"', 3: '日本' })
    expect(metadata.get('problem_type')).toBe(
      activation === 'softmax' ? 'single_label_classification' : 'multi_label_classification',
    )
    expect(graph.initializer.map((tensor) => tensor.name)).not.toContain('head.weight')
    expect(graph.output.map((output) => output.name)).toEqual(['logits', 'probabilities', 'cls_embedding'])
  }
})

test.each(['fp16', 'int8'] as const)(
  'ONNX in %s is the graph that the embeddings came from',
  async (precision) => {
    const source = (await sources['timm, CLS']?.()) ?? ''
    const { model, head, merged, folder } = await merge(source, { format: 'onnx', precision })
    expect(merged.precisions).toEqual([precision === 'int8' ? 'int8' : 'fp32'])
    const photo = [randomPhoto(pixels)]
    const { outputs: before } = await run(model, photo, precision)
    const { outputs: after } = await run(await readModelFolder(folder), photo, merged.precisions[0])
    const expected = applyHead(head, before['cls_embedding'] ?? new Float32Array())
    expect(largestDifference(after['logits'], expected)).toBeLessThan(2e-5)
  },
)

test("an input size other than the model's own is kept", async () => {
  const model = await readModelFolder((await sources['timm, CLS']?.()) ?? '')
  for (const format of ['onnx', 'safetensors'] as const) {
    const folder = tempFolder()
    const head = randomHead(24)
    await mergeModel(model, head, {
      format,
      precision: 'fp32',
      inputSizePx: 48,
      cacheDir: tempFolder(),
      folder,
    })
    const merged = await readModelFolder(folder)
    expect(merged.preprocessing).toMatchObject({ height: 48, width: 48 })
    const graph = await prepareGraph(model, { precision: 'fp32', inputSizePx: 48, cacheDir: tempFolder() })
    const { outputs } = await run(merged, [randomPhoto(48)])
    const { cls_embedding: embedding } = await runGraph(graph, [randomPhoto(48)])
    expect(
      largestDifference(outputs['logits'], applyHead(head, embedding ?? new Float32Array())),
    ).toBeLessThan(2e-5)
  }
})

test('a checkpoint keeps its tensor names, its bytes and, except for the classes, its configuration', async () => {
  const source = await writeModel(timmTensors(makeTinyVit()), {
    'config.json': {
      architecture: 'vit_tiny_patch16_224',
      num_classes: 7,
      model_args: { num_heads: 3 },
      pretrained_cfg: { num_classes: 7, hf_hub_id: 'timm/vit', input_size: [3, 32, 32], crop_pct: 0.8 },
    },
  })
  const { model, folder, file } = await merge(source, { format: 'safetensors' })
  if (model.kind !== 'checkpoint') throw new Error('it is a checkpoint')
  const [before, after] = [model.checkpoint.tensors, await readSafetensorsHeader(file)]
  expect([...after.keys()]).toEqual([...before.keys()])
  const read = async (tensor: { file: string; begin: number; end: number } | undefined) =>
    (await readFile(tensor?.file ?? '')).subarray(tensor?.begin, tensor?.end)
  expect(await read(after.get('blocks.1.mlp.fc2.weight'))).toEqual(
    await read(before.get('blocks.1.mlp.fc2.weight')),
  )
  expect(after.get('head.weight')?.shape).toEqual([4, 24])
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>
  expect(config).toMatchObject({
    architecture: 'vit_tiny_patch16_224',
    model_args: { num_heads: 3 },
    num_classes: 4,
    num_labels: 4,
    id2label: { 0: 'ant', 3: '日本' },
    label2id: { ant: 0 },
    pretrained_cfg: { num_classes: 4, input_size: [3, 32, 32], crop_pct: 0.8 },
  })
  expect(config['pretrained_cfg']).not.toHaveProperty('hf_hub_id')
  expect(JSON.parse(await readFile(join(folder, 'labels.json'), 'utf8'))).toEqual(labels)
})

describe('a ready graph', () => {
  const size = 8
  const values = (length: number, seed: number) => randomPhoto(size, seed).subarray(0, length)
  const means = (photo: Float32Array) =>
    Float32Array.from([0, 1, 2], (c) => photo.subarray(c * 64, (c + 1) * 64).reduce((a, b) => a + b) / 64)

  /** Averages its pixels; the head has weights and a value that are called as ours are. */
  async function writeReady(
    change: (g: ReturnType<typeof createGraph>, pooled: string) => void = () => undefined,
  ) {
    const folder = tempFolder()
    const g = createGraph('test')
    const image = g.input('image', ['N', 3, size, size])
    const pooled = g.node('ReduceMean', [image, g.ints(2, 3)], {
      attributes: { keepdims: 0 },
      outputs: ['pooled'],
    })
    const product = g.node('MatMul', [pooled, g.floats('probabilities', [3, 2], values(6, 1))])
    g.node('Add', [product, g.floats('bias', [2], values(2, 2))], { outputs: ['logits'] })
    g.output('logits', ['N', 2])
    change(g, pooled)
    await mkdir(join(folder, 'onnx'))
    const file = join(folder, 'onnx', 'model.onnx')
    await g.write(file)
    const config = { id2label: { 0: 'x', 1: 'y' }, model_type: 'vit' }
    await writeFile(join(folder, 'config.json'), JSON.stringify(config))
    await writeFile(
      join(folder, 'preprocessor_config.json'),
      JSON.stringify({ size: { shortest_edge: 10 }, do_center_crop: true, crop_size: size }),
    )
    return { folder, file }
  }

  test('gets the new head in place of its own and loses what only the old one needed', async () => {
    const { folder } = await writeReady((g, pooled) => {
      g.node('Relu', [pooled], { outputs: ['hidden'] })
      g.output('hidden', ['N', 3])
    })
    const { head, merged, file, model } = await merge(folder, { format: 'onnx' })
    expect(merged).toMatchObject({ labels, preprocessing: asRead(model, merged) })
    const photo = randomPhoto(size)
    const { outputs } = await run(merged, [photo])
    expect(largestDifference(outputs['logits'], applyHead(head, means(photo)))).toBeLessThan(1e-6)
    expect(Object.keys(outputs).sort()).toEqual(['cls_embedding', 'logits', 'probabilities'])
    const { graph } = decodeModel(await readFile(file))
    expect(graph.node.map(({ op_type: operator }) => operator)).toEqual([
      ...['ReduceMean', 'Cast', 'Gemm', 'Div', 'Softmax'],
    ])
    expect(graph.initializer).toHaveLength(4)
  })

  test('of a tagger, with channels last and probabilities, keeps how photos are prepared, and its tags give way to labels', async () => {
    const folder = tempFolder()
    const g = createGraph('test')
    const image = g.input('input', ['N', size, size, 3])
    const pooled = g.node('ReduceMean', [image, g.ints(1, 2)], { attributes: { keepdims: 0 } })
    const hidden = g.node('Add', [
      g.node('MatMul', [pooled, g.floats('w', [3, 5], values(15, 3))]),
      g.floats('c', [5], values(5, 4)),
    ])
    const product = g.node('MatMul', [hidden, g.floats('head', [5, 2], values(10, 1))])
    g.node('Sigmoid', [g.node('Add', [product, g.floats('b', [2], values(2, 2))])], { outputs: ['output'] })
    g.output('output', ['N', 2])
    await g.write(join(folder, 'model.onnx'))
    await writeFile(join(folder, 'selected_tags.csv'), 'tag_id,name,category\n1,solo,0\n2,miku,4\n')
    const { head, merged, model } = await merge(folder, {
      format: 'onnx',
      head: { scores: { activation: 'sigmoid', temperature: 1 } },
    })
    expect(model).toMatchObject({ labels: ['general/solo', 'character/miku'], embeddingDim: 5 })
    expect(merged).toMatchObject({ labels, preprocessing: asRead(model, merged), tagger: null })
    const graph = await prepareGraph(merged, { precision: 'fp32', cacheDir: tempFolder() })
    expect(graph.inputForm.layout).toBe('nhwc')
    // Of the input and the embedding, by onnxruntime.
    const photo = randomPhoto(size)
    const session = await ort.InferenceSession.create(graph.file, { intraOpNumThreads: 1 })
    const outputs = await session.run({ input: new ort.Tensor('float32', photo, [1, size, size, 3]) })
    await session.release()
    const embedding = outputs['cls_embedding']?.data as Float32Array
    expect(embedding).toHaveLength(5)
    expect(
      largestDifference(outputs['logits']?.data as Float32Array, applyHead(head, embedding)),
    ).toBeLessThan(1e-5)
  })

  test('of an old version, whose weights are inputs too, keeps a single input', async () => {
    const { folder, file } = await writeReady()
    const input = {
      name: 'bias',
      type: { tensor_type: { elem_type: onnxTypes.float32, shape: { dim: [{ dim_value: 2 }] } } },
    }
    await appendFile(file, encodeModel({ ir_version: 3, graph: { input: [input] } }))
    const { head, merged, file: written } = await merge(folder, { format: 'onnx' })
    const photo = randomPhoto(size)
    const { outputs } = await run(merged, [photo])
    expect(largestDifference(outputs['logits'], applyHead(head, means(photo)))).toBeLessThan(1e-6)
    expect(decodeModel(await readFile(written)).graph.input.map(({ name }) => name)).toEqual(['image'])
  })

  test('is rejected as a checkpoint and with a head of another width', async () => {
    const { folder } = await writeReady()
    await expect(merge(folder, { format: 'safetensors' })).rejects.toMatchObject({
      code: 'model-unsupported',
      message: `${folder} is a ready ONNX graph, of which no checkpoint can be made. Export it as ONNX.`,
    })
    const wide = { weights: new Float32Array(40), bias: new Float32Array(4) }
    await expect(merge(folder, { format: 'onnx', head: wide })).rejects.toThrow(
      /embeddings of 3 numbers.* reads 10/,
    )
  })

  test("that keeps weights in further files or uses Labelroom's names is rejected with the reason", async () => {
    const { folder } = await writeReady((g, pooled) => {
      g.node('Identity', [g.node('Relu', [pooled], { outputs: ['labelroom.head.bias'] })], {
        outputs: ['cls_embedding'],
      })
      g.output('cls_embedding', ['N', 3])
    })
    await expect(merge(folder, { format: 'onnx' })).rejects.toThrow(
      /cannot take another head: a value that it needs is named labelroom\.head\.bias/,
    )
    const other = await writeReady((g, pooled) => {
      g.node('Add', [pooled, 'elsewhere'], { outputs: ['cls_embedding'] })
      g.output('cls_embedding', ['N', 3])
    })
    const tensor = {
      ...{ name: 'elsewhere', dims: [3], data_type: onnxTypes.float32, data_location: 1 },
      external_data: [{ key: 'location', value: 'w.bin' }],
    }
    await appendFile(other.file, encodeModel({ graph: { initializer: [tensor] } }))
    await writeFile(join(other.folder, 'onnx', 'w.bin'), bytesOf(values(3, 4)))
    await expect(merge(other.folder, { format: 'onnx' })).rejects.toThrow(/it keeps weights in further files/)
  })
})

test.each(textImageModels)(
  'a head made of words of $name has the scale and the bias of the model: its logits and probabilities are those of transformers',
  async ({ folder: source, name, golden }) => {
    const { text, logits, logitScale, logitBias } = golden()
    const dim = text[0]?.length ?? 0
    const words = {
      weights: Float32Array.from(text.flat()),
      classes: text.length,
      dim,
      logitScale,
      logitBias,
    }
    const { weights, bias } = headOfWords(words)
    const activation = name === 'clip' ? 'softmax' : 'sigmoid'
    const named = text.map((_, at) => `word ${at}`)
    const scores = { activation, temperature: 1 } as const
    const { merged } = await merge(source, { format: 'onnx', head: { labels: named, weights, bias, scores } })
    const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(0.01 * i))
    const { outputs } = await run(merged, [pixels.subarray(0, 3072), pixels.subarray(3072)])
    // transformers has a row for each text.
    const expected = [0, 1].flatMap((photo) => logits.map((row) => row[photo] ?? 0))
    expect(largestDifference(outputs['logits'], expected)).toBeLessThan(1e-4)
    if (activation === 'sigmoid')
      expect(
        largestDifference(
          outputs['probabilities'],
          expected.map((logit) => 1 / (1 + Math.exp(-logit))),
        ),
      ).toBeLessThan(1e-4)
  },
)
