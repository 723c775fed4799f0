// A graph that gives other rows than it declares is refused before any photo gets the numbers of another one.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultPhotoLimits, LoadRequest } from '../../electron/contract/inference.ts'
import { openModel } from '../../electron/worker/model.ts'
import { createGraph } from '../../models/onnx/graph-builder.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const side = 8

/** A "classifier" that averages its pixels [N, 3] and multiplies by a head. */
async function writeClassifier(
  folder: string,
  build: (graph: ReturnType<typeof createGraph>, pooled: string) => void,
): Promise<string> {
  const graph = createGraph('test')
  const input = graph.input('pixel_values', ['N', 3, side, side])
  build(
    graph,
    graph.node('ReduceMean', [input, graph.ints(2, 3)], { attributes: { keepdims: 0 }, outputs: ['pooled'] }),
  )
  await graph.write(path.join(folder, 'model.onnx'))
  const size = JSON.stringify({ size: { height: side, width: side } })
  await writeFile(path.join(folder, 'preprocessor_config.json'), size)
  const config = JSON.stringify({ problem_type: 'single_label_classification' })
  await writeFile(path.join(folder, 'config.json'), config)
  return folder
}

const head = (graph: ReturnType<typeof createGraph>, classes: number) =>
  graph.floats(`w${classes}`, [3, classes], new Float32Array(3 * classes).fill(0.5))

const load = (folder: string) =>
  openModel(
    LoadRequest.parse({
      ...{ type: 'load', modelPath: folder, precision: 'fp32', inputSizePx: null, device: 'cpu' },
      ...{ threads: 1, workers: 1, cacheDir: path.join(folder, 'cache') },
      limits: defaultPhotoLimits,
    }),
  )

test('a graph with fewer numbers a photo than its classes is refused, not cut into rows', async () => {
  const folder = await writeClassifier(tempFolder(), (graph, pooled) => {
    graph.node('MatMul', [pooled, head(graph, 10)], { outputs: ['logits'] })
    graph.output('logits', ['N', 20])
  })
  await expect(load(folder)).rejects.toThrow(
    /gives an output logits of the size \[1, 10\] where it declares \[1, 20\]/,
  )
})

test('a graph whose rows run together in a batch is refused', async () => {
  const folder = await writeClassifier(tempFolder(), (graph, pooled) => {
    const logits = graph.node('MatMul', [pooled, head(graph, 4)])
    graph.node('Reshape', [logits, graph.ints(1, -1)], { outputs: ['logits'] })
    graph.output('logits', ['N', 4])
  })
  await expect(load(folder)).rejects.toThrow(
    /gives an output logits of the size \[1, (8|12|16)\] where it declares \[[2-4], 4\]/,
  )
})

test('a graph with an embedding of another width than its head reads is refused', async () => {
  const folder = await writeClassifier(tempFolder(), (graph, pooled) => {
    graph.node('Concat', [pooled, pooled], { attributes: { axis: 1 }, outputs: ['cls_embedding'] })
    graph.output('cls_embedding', ['N', 6])
    graph.node('MatMul', [pooled, head(graph, 4)], { outputs: ['logits'] })
    graph.output('logits', ['N', 4])
  })
  await expect(load(folder)).rejects.toThrow(/gives an output cls_embedding of the size \[1, 6\]/)
})

test('a graph that no device can run is called damaged, not a matter of the device', async () => {
  const folder = await writeClassifier(tempFolder(), (graph, pooled) => {
    graph.node('NoSuchOperator', [graph.node('MatMul', [pooled, head(graph, 4)])], { outputs: ['logits'] })
    graph.output('logits', ['N', 4])
  })
  await expect(load(folder)).rejects.toThrow(
    /model\.onnx cannot be run \(.*\)\. Get another copy of the model/,
  )
})
