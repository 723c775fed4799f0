// Ready ONNX classifiers: their input, outputs and exposed embedding, and the files that are rejected.
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { firstOfName, topK } from '../../../electron/worker/postprocess.ts'
import { createGraph } from '../../../models/onnx/graph-builder.ts'
import { bytesOf } from '../../../models/tensor.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { encodeModel, onnxTypes } from '../../../models/onnx/proto.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference, randomPhoto, runGraph } from '../helpers.ts'
import { makeTinyVit, timmTensors } from '../tiny-vit.ts'
import { writeSafetensors } from '../write-safetensors.ts'

const size = 8
const values = (length: number, seed: number) => randomPhoto(size, seed).subarray(0, length)

/** A "classifier" which averages its pixels: embedding [N, 3], logits [N, 2]. */
function smallClassifier(
  head: 'gemm' | 'matmul+add' | 'hidden' | 'external',
  names = { input: 'pixel_values', output: 'logits' },
  ending: 'Softmax' | 'Sigmoid' | null = null,
) {
  const g = createGraph('test')
  const input = g.input(names.input, ['N', 3, size, size])
  const mean = g.node('ReduceMean', [input, g.ints(2, 3)], {
    attributes: { keepdims: 0 },
    outputs: ['pooled'],
  })
  const bias = g.floats('bias', [2], values(2, 2))
  const outputs = [ending === null ? names.output : 'hidden_logits']
  if (head === 'gemm') {
    g.node('Gemm', [mean, g.floats('w', [2, 3], values(6, 1)), bias], { attributes: { transB: 1 }, outputs })
  } else if (head === 'matmul+add') {
    g.node('Add', [g.node('MatMul', [mean, g.floats('w', [3, 2], values(6, 1))]), bias], { outputs })
  } else if (head === 'external') {
    g.node('Gemm', [mean, 'w', bias], { attributes: { transB: 1 }, outputs })
  } else g.node('Slice', [mean, g.ints(0), g.ints(2), g.ints(1)], { outputs })
  if (ending !== null) g.node(ending, outputs, { outputs: [names.output] })
  g.output(names.output, ['N', 2])
  return g
}

/** A classifier as PyTorch exports large ones: `w` is in another file. */
async function writeExternal(file: string, location: string, ending: 'Softmax' | null = null): Promise<void> {
  await smallClassifier('external', undefined, ending).write(file)
  const tensor = {
    name: 'w',
    dims: [2, 3],
    data_type: onnxTypes.float32,
    data_location: 1,
    external_data: [{ key: 'location', value: location }],
  }
  await appendFile(file, encodeModel({ graph: { initializer: [tensor] } }))
}

const processor = JSON.stringify({ size: { height: size, width: size } })

test.each(['gemm', 'matmul+add'] as const)(
  'exposes the vector that a %s head reads (Optimum layout)',
  async (head) => {
    const folder = tempFolder()
    await mkdir(join(folder, 'onnx'))
    await smallClassifier(head, { input: 'image', output: 'scores' }).write(
      join(folder, 'onnx', 'model.onnx'),
    )
    await writeFile(join(folder, 'preprocessor_config.json'), processor)
    await writeFile(join(folder, 'config.json'), JSON.stringify({ id2label: { 0: 'cat', 1: 'dog' } }))
    const model = await readModelFolder(folder)
    expect(model).toMatchObject({
      kind: 'onnx',
      classes: 2,
      embeddingDim: 3,
      labels: ['cat', 'dog'],
      precisions: ['fp32'],
    })
    const graph = await prepareGraph(model, { precision: 'fp32', cacheDir: join(folder, 'cache') })
    expect(graph).toMatchObject({ inputName: 'image', logitsName: 'scores', embeddingName: 'cls_embedding' })
    const photo = randomPhoto(size)
    const outputs = await runGraph(graph, [photo])
    const means = [0, 1, 2].map((c) => photo.subarray(c * 64, (c + 1) * 64).reduce((a, b) => a + b) / 64)
    expect(largestDifference(outputs['cls_embedding'], means)).toBeLessThan(1e-6)
    expect(outputs['scores']).toHaveLength(2)
  },
)

test('a graph whose head is not found runs unchanged and has no embedding', async () => {
  const folder = tempFolder()
  const file = join(folder, 'model.onnx')
  await smallClassifier('hidden').write(file)
  const graph = await prepareGraph(await readModelFolder(file), {
    precision: 'fp32',
    cacheDir: join(folder, 'cache'),
  })
  expect(graph).toMatchObject({ file, embeddingName: null, embeddingDim: null, classes: 2 })
})

test('a file with a name of its own is identified by its path, whatever lies beside it', async () => {
  const folder = tempFolder()
  const file = join(folder, 'my-vit.onnx')
  await smallClassifier('gemm').write(file)
  const model = await readModelFolder(file)
  expect(model).toMatchObject({ path: file, name: 'my-vit' })
  expect(await readModelFolder(model.path)).toEqual(model)
  await smallClassifier('matmul+add').write(join(folder, 'model.onnx'))
  await writeSafetensors(join(folder, 'model.safetensors'), timmTensors(makeTinyVit()), 'F32')
  expect(await readModelFolder(model.path)).toEqual(model)
})

test("a file with the usual name takes its folder's name, also in Optimum's layout", async () => {
  const folder = tempFolder()
  await mkdir(join(folder, 'onnx'))
  const file = join(folder, 'onnx', 'model_quantized.onnx')
  await smallClassifier('gemm').write(file)
  await writeFile(join(folder, 'preprocessor_config.json'), processor)
  const model = await readModelFolder(file)
  expect(model).toMatchObject({ path: file, name: basename(folder), precisions: ['int8'] })
  expect(model.version).toBe((await readModelFolder(folder)).version)
})

describe('weights in another file', () => {
  test('are part of the version and the size, and are found when the graph runs', async () => {
    const folder = tempFolder()
    await writeExternal(join(folder, 'model.onnx'), 'weights/w.bin')
    await mkdir(join(folder, 'weights'))
    const weights = join(folder, 'weights', 'w.bin')
    await writeFile(weights, bytesOf(values(6, 1)))
    const model = await readModelFolder(folder)
    const { size: graphBytes } = await stat(join(folder, 'model.onnx'))
    expect(model).toMatchObject({ embeddingDim: null, weightBytes: graphBytes + 24 })
    const options = { precision: 'fp32', cacheDir: join(folder, 'cache') } as const
    const graph = await prepareGraph(model, options)
    expect(graph).toMatchObject({ embeddingName: null, embeddingDim: null })
    const inside = join(folder, 'inside.onnx')
    await smallClassifier('gemm').write(inside)
    const expected = await prepareGraph(await readModelFolder(inside), options)
    const photo = randomPhoto(size)
    expect((await runGraph(graph, [photo]))['logits']).toEqual((await runGraph(expected, [photo]))['logits'])
    await writeFile(weights, bytesOf(values(6, 3)))
    expect((await readModelFolder(folder)).version).not.toBe(model.version)
  })

  test.each(['../w.bin', 'a/../../w.bin', 'a\\..\\w.bin', '/etc/hostname', 'C:\\w.bin', ''])(
    'are rejected at "%s"',
    async (location) => {
      const folder = tempFolder()
      await writeExternal(join(folder, 'model.onnx'), location)
      await expect(readModelFolder(folder)).rejects.toMatchObject({
        code: 'model-invalid',
        message: expect.stringContaining(`"${location}", which is not in its folder`) as string,
      })
    },
  )

  test('fail with their name when they are missing', async () => {
    const folder = tempFolder()
    await writeExternal(join(folder, 'model.onnx'), 'w.bin')
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/w\.bin is missing, but .*model\.onnx needs it/) as string,
    })
  })
})

test('offers the precisions whose files are there, and no others', async () => {
  const folder = tempFolder()
  await smallClassifier('gemm').write(join(folder, 'model_quantized.onnx'))
  const model = await readModelFolder(folder)
  expect(model.precisions).toEqual(['int8'])
  await expect(prepareGraph(model, { precision: 'fp32', cacheDir: folder })).rejects.toThrow(
    /no fp32 graph; choose int8/,
  )
  await expect(prepareGraph(model, { precision: 'int8', inputSizePx: 16, cacheDir: folder })).rejects.toThrow(
    /safetensors/,
  )
})

test('rejects a graph that is not an image classifier', async () => {
  const folder = tempFolder()
  const file = join(folder, 'model.onnx')
  const g = createGraph('text')
  g.node(
    'Gemm',
    [
      g.input('tokens', ['N', 3]),
      g.tensor('w', { type: 'float32', dims: [3, 2], load: () => bytesOf(values(6, 1)) }),
    ],
    {
      outputs: ['logits'],
    },
  )
  g.output('logits', ['N', 2])
  await g.write(file)
  await expect(readModelFolder(folder)).rejects.toMatchObject({
    code: 'model-unsupported',
    message: expect.stringMatching(
      /model\.onnx is no image classifier: it does not take one float32 image/,
    ) as string,
  })
  const h = createGraph('segmentation')
  h.node('Relu', [h.input('pixel_values', ['N', 3, size, size])], { outputs: ['mask'] })
  h.output('mask', ['N', 3, size, size])
  await h.write(file)
  await expect(readModelFolder(folder)).rejects.toThrow(/has no float32 output \[N, classes\]/)
})

test.each([
  ['Softmax', 'softmax', 'gemm'],
  ['Sigmoid', 'sigmoid', 'matmul+add'],
  ['Softmax', 'softmax', 'hidden'],
] as const)(
  'a graph that ends in a %s keeps its scores: %s is applied once',
  async (ending, activation, head) => {
    const folder = tempFolder()
    await smallClassifier(head, { input: 'image', output: 'scores' }, ending).write(
      join(folder, 'model.onnx'),
    )
    await writeFile(join(folder, 'preprocessor_config.json'), processor)
    const model = await readModelFolder(folder)
    expect(model.scores.activation).toBe(activation)
    const graph = await prepareGraph(model, { precision: 'fp32', cacheDir: tempFolder() })
    expect(graph.embeddingName).toBe(head === 'hidden' ? null : 'cls_embedding')
    const outputs = await runGraph(graph, [randomPhoto(size, 5)])
    const top = topK(outputs[graph.logitsName ?? ''] ?? new Float32Array(), 0, firstOfName(graph.labels), 2, {
      ...graph.scores,
      activation: graph.scores.activation ?? 'softmax',
    })
    const own = [...(outputs['scores'] ?? [])]
    expect(own).toHaveLength(2)
    for (const { classIndex, score } of top) expect(score).toBeCloseTo(own[classIndex] ?? NaN, 6)
  },
)

test('a ready graph keeps its own activation, whatever its configuration says', async () => {
  const folder = tempFolder()
  await smallClassifier('gemm').write(join(folder, 'model.onnx'))
  await writeFile(join(folder, 'preprocessor_config.json'), processor)
  await writeFile(join(folder, 'config.json'), JSON.stringify({ hidden_act: 'relu', global_pool: 'map' }))
  expect(await readModelFolder(folder)).toMatchObject({ kind: 'onnx', classes: 2 })
})

test.each([
  ['noise', Buffer.from('this is certainly not a protobuf')],
  ['nothing', Buffer.alloc(0)],
])('rejects a file of %s', async (_name, content) => {
  const folder = tempFolder()
  await writeFile(join(folder, 'model.onnx'), content)
  await expect(readModelFolder(folder)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('model.onnx') as string,
  })
})

test('rejects a truncated graph', async () => {
  const folder = tempFolder()
  const file = join(folder, 'model.onnx')
  await smallClassifier('gemm').write(file)
  await writeFile(file, (await readFile(file)).subarray(0, -10))
  await expect(readModelFolder(folder)).rejects.toMatchObject({ code: 'model-invalid' })
})

test('a graph built by Labelroom is a ready classifier whose embedding is an output already', async () => {
  const checkpoint = tempFolder()
  const vit = makeTinyVit()
  await writeSafetensors(join(checkpoint, 'model.safetensors'), timmTensors(vit))
  await writeFile(join(checkpoint, 'config.json'), JSON.stringify({ num_attention_heads: vit.heads }))
  const built = await prepareGraph(await readModelFolder(checkpoint), {
    precision: 'fp32',
    cacheDir: tempFolder(),
  })
  const folder = await readModelFolder(built.file)
  expect(folder).toMatchObject({ kind: 'onnx', embeddingDim: vit.dim })
  const ready = await prepareGraph(folder, { precision: 'fp32', cacheDir: tempFolder() })
  expect(ready).toMatchObject({ file: built.file, embeddingName: 'cls_embedding' })
  const photo = randomPhoto(32)
  const [expected, actual] = [await runGraph(built, [photo]), await runGraph(ready, [photo])]
  for (const name of ['logits', 'cls_embedding'])
    expect(largestDifference(actual[name], expected[name] ?? [])).toBe(0)
})
