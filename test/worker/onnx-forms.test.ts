// Ready graphs of every form give the same scores: layouts, types, fixed batches, several outputs, probabilities.
import { appendFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultPhotoLimits, LoadRequest } from '../../electron/contract/inference.ts'
import { openModel } from '../../electron/worker/model.ts'
import { createGraph } from '../../models/onnx/graph-builder.ts'
import { encodeModel, onnxTypes } from '../../models/onnx/proto.ts'
import { bytesOf } from '../../models/tensor.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

type Graph = ReturnType<typeof createGraph>
const side = 8
const labels = ['red', 'green', 'blue']

/** Four times the mean of each channel. */
function addHead(g: Graph, image: string, axes: readonly [number, number], output: string): void {
  const mean = g.node('ReduceMean', [image, g.ints(...axes)], { attributes: { keepdims: 0 } })
  g.node('MatMul', [mean, g.floats('w', [3, 3], Float32Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4))], {
    outputs: [output],
  })
}

const forms: Readonly<Record<string, (g: Graph) => void>> = {
  'pixel by pixel': (g) => {
    addHead(g, g.input('image', ['N', side, side, 3]), [1, 2], 'logits')
    g.output('logits', ['N', 3])
  },
  'a batch of one': (g) => {
    addHead(g, g.input('image', [1, 3, side, side]), [2, 3], 'logits')
    g.output('logits', [1, 3])
  },
  'a batch of three': (g) => {
    addHead(g, g.input('image', [3, 3, side, side]), [2, 3], 'logits')
    g.output('logits', [3, 3])
  },
  'an input in float16': (g) => {
    const image = g.input('image', ['N', 3, side, side], 'float16')
    addHead(g, g.node('Cast', [image], { attributes: { to: onnxTypes.float32 } }), [2, 3], 'logits')
    g.output('logits', ['N', 3])
  },
  'an embedding and probabilities before the logits': (g) => {
    const image = g.input('image', ['N', 3, side, side])
    addHead(g, image, [2, 3], 'logits')
    g.node('Sigmoid', ['logits'], { outputs: ['output'] })
    g.node('Identity', ['logits'], { outputs: ['embedding'] })
    for (const name of ['embedding', 'output', 'logits']) g.output(name, ['N', 3])
  },
  'any size': (g) => {
    addHead(g, g.input('image', ['N', 3, 'height', 'width']), [2, 3], 'logits')
    g.output('logits', ['N', 3])
  },
}

async function open(folder: string) {
  await writeFile(path.join(folder, 'labels.json'), JSON.stringify(labels))
  const processor = { size: { height: side, width: side }, do_normalize: false }
  await writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify(processor))
  await writeFile(
    path.join(folder, 'config.json'),
    JSON.stringify({ problem_type: 'single_label_classification' }),
  )
  return openModel(
    LoadRequest.parse({
      ...{ type: 'load', modelPath: folder, precision: 'fp32', inputSizePx: null, device: 'cpu' },
      ...{ threads: 1, workers: 1, cacheDir: path.join(folder, 'cache') },
      limits: defaultPhotoLimits,
    }),
  )
}

/** A photo of one colour. */
const photo = (id: number, ...colour: readonly number[]) => ({
  ...{ id, widthPx: side, heightPx: side, takenAtMs: null },
  pixels: Uint8Array.from({ length: 3 * side * side }, (_, at) => colour[at % 3] ?? 0),
})

/** Of the class whose logit is 4 among two of 0. */
const best = Math.exp(4) / (Math.exp(4) + 2)

async function expectColours(model: Awaited<ReturnType<typeof open>>): Promise<void> {
  for (const [classIndex, colour] of [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ].entries()) {
    const [result] = await model.run([photo(classIndex, ...colour)], 1)
    expect(result).toMatchObject({ ok: true, id: classIndex, top: [{ classIndex }] })
    if (result?.ok === true) expect(result.top[0]?.score).toBeCloseTo(best, 3)
  }
}

test.each(Object.keys(forms))('a graph in this form has the scores of its colours: %s', async (form) => {
  const folder = tempFolder()
  const graph = createGraph('test')
  forms[form]?.(graph)
  await graph.write(path.join(folder, 'model.onnx'))
  await expectColours(await open(folder))
})

test('probabilities whose weights lie in further files are taken as they are', async () => {
  const folder = tempFolder()
  const file = path.join(folder, 'model.onnx')
  const g = createGraph('test')
  const image = g.input('image', ['N', 3, side, side])
  const mean = g.node('ReduceMean', [image, g.ints(2, 3)], { attributes: { keepdims: 0 } })
  g.node('Softmax', [g.node('MatMul', [mean, 'w'])], { outputs: ['probabilities'] })
  g.output('probabilities', ['N', 3])
  await g.write(file)
  const weights = Float32Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4)
  await writeFile(path.join(folder, 'model.onnx.data'), bytesOf(weights))
  const tensor = {
    ...{ name: 'w', dims: [3, 3], data_type: onnxTypes.float32, data_location: 1 },
    external_data: [{ key: 'location', value: 'model.onnx.data' }],
  }
  await appendFile(file, encodeModel({ graph: { initializer: [tensor] } }))
  await expectColours(await open(folder))
})
