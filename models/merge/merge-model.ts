// Writes a model with another head: as one ONNX file, or as a checkpoint with the names that it came with.
import { open, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readRegular } from '../../electron/common/open-file.ts'
import { msg } from '../../electron/texts/message.ts'
import { embeddingDim } from '../config/architecture.ts'
import { reading, writing } from '../checkpoint/files.ts'
import { ModelError } from '../model-error.ts'
import type { CheckpointFolder, ModelFolder } from '../model-folder.ts'
import { maxGraphBytes } from '../onnx/classifier.ts'
import type { Precision } from '../onnx/precision.ts'
import { adaptPreprocessing } from '../config/preprocessing-config.ts'
import { prepareGraph } from '../prepare.ts'
import type { Preprocessing } from '../config/preprocessing.ts'
import { dimOf, type NewHead } from './head.ts'
import { headConfig, mergeConfig, processorConfig } from './merged-config.ts'
import { replaceHead } from './replace-head.ts'
import { writeSafetensors, type TensorSource } from './safetensors-writer.ts'

export interface MergeOptions {
  readonly format: 'onnx' | 'safetensors'
  /** The precision of the embeddings that the head was trained on. */
  readonly precision: Precision
  readonly inputSizePx: number | null
  /** Graphs are cached here. */
  readonly cacheDir: string
  /** Exists and is empty. */
  readonly folder: string
}

/**
 * Writes the weights, `config.json`, `preprocessor_config.json` and `labels.json`.
 * @throws ModelError where the model cannot take the head, or the folder cannot be written.
 */
export async function mergeModel(
  model: ModelFolder,
  head: NewHead,
  options: MergeOptions,
): Promise<{ file: string; bytes: number }> {
  if (model.embeddingDim !== dimOf(head)) {
    throw new ModelError(
      'model-invalid',
      msg(
        '{{path}} gives embeddings of {{size}} numbers, but the head reads {{wanted}}; it was trained on another model.',
        { path: model.path, size: model.embeddingDim ?? 0, wanted: dimOf(head) },
      ),
    )
  }
  const { folder } = options
  return writing(dirname(folder), async () => {
    const { file, preprocessing } =
      options.format === 'onnx'
        ? await mergeOnnx(model, head, options)
        : await mergeCheckpoint(model, head, options)
    const writeJson = (name: string, content: unknown) =>
      writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`)
    await writeJson('config.json', await mergeConfig(model, head, preprocessing, options.format))
    await writeJson('preprocessor_config.json', processorConfig(preprocessing))
    await writeJson('labels.json', head.labels)
    return { file, bytes: (await stat(join(folder, file))).size }
  })
}

interface Merged {
  readonly file: string
  readonly preprocessing: Preprocessing
}

/** The graph that computed the embeddings, so that the logits are those of the app. */
async function mergeOnnx(model: ModelFolder, head: NewHead, options: MergeOptions): Promise<Merged> {
  const { precision, inputSizePx, cacheDir, folder } = options
  const graph = await prepareGraph(model, {
    precision,
    cacheDir,
    ...(inputSizePx === null ? {} : { inputSizePx }),
  })
  if (graph.embeddingName === null)
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} hides the vector that its head reads.', { path: model.path }),
    )
  const bytes = await reading(graph.file, () => readRegular(graph.file, maxGraphBytes))
  const metadata = {
    ...Object.fromEntries(Object.entries(headConfig(head)).map(([key, value]) => [key, toText(value)])),
    labels: toText(head.labels),
    preprocessor_config: toText(processorConfig(graph.preprocessing)),
  }
  // Activations in 8 bits share a scale across a batch, so readers must know what they have.
  const file = precision === 'int8' ? 'model_int8.onnx' : 'model.onnx'
  await using handle = await open(join(folder, file), 'w')
  for (const piece of replaceHead(model.path, bytes, graph.embeddingName, head, metadata))
    await handle.appendFile(piece)
  await handle.sync()
  return { file, preprocessing: graph.preprocessing }
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

async function mergeCheckpoint(
  model: ModelFolder,
  head: NewHead,
  { inputSizePx, folder }: MergeOptions,
): Promise<Merged> {
  if (model.kind === 'onnx')
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} is a ready ONNX graph, of which no checkpoint can be made. Export it as ONNX.', {
        path: model.path,
      }),
    )
  if (model.architecture.isNormalised)
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{path}} is an image tower, whose embeddings no classifier of its library reads. Export it as ONNX.',
        {
          path: model.path,
        },
      ),
    )
  const file = 'model.safetensors'
  const { name } = head
  await writeSafetensors(join(folder, file), mergeTensors(model, head), { format: 'pt', name })
  const { preprocessing } = model
  return {
    file,
    preprocessing: inputSizePx === null ? preprocessing : adaptPreprocessing(preprocessing, inputSizePx),
  }
}

/** All tensors in their order, those of the head replaced. */
function mergeTensors(model: CheckpointFolder, head: NewHead): Map<string, TensorSource> {
  const { architecture: arch, checkpoint, named } = model
  const classes = head.labels.length
  const width = embeddingDim(arch)
  const tensors = new Map<string, TensorSource>(checkpoint.tensors)
  const set = (name: string, shape: readonly number[], values: Float32Array) =>
    tensors.set(name, { shape, values })
  if (!arch.hasTwoHeads) {
    set(named.storedName('head.weight'), [classes, width], head.weights)
    set(named.storedName('head.bias'), [classes], head.bias)
    return tensors
  }
  // Two heads whose logits are averaged: each reads its own vector, with twice the weights.
  for (const [at, part] of ['head', 'head_dist'].entries()) {
    const weights = new Float32Array(classes * arch.dim)
    for (let row = 0; row < classes; row++)
      for (let i = 0; i < arch.dim; i++)
        weights[row * arch.dim + i] = 2 * (head.weights[row * width + at * arch.dim + i] ?? 0)
    set(named.storedName(`${part}.weight`), [classes, arch.dim], weights)
    set(named.storedName(`${part}.bias`), [classes], head.bias)
  }
  return tensors
}
