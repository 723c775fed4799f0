// Finds out what a model folder holds: a checkpoint to build a graph from, or a ready ONNX classifier.
import { basename, dirname, join, resolve } from 'node:path'
import { embeddingDim, inferArchitecture, type Architecture } from './architecture.ts'
import { readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { hashFiles, isFile, statOrNull } from './files.ts'
import { readLabels } from './labels.ts'
import { readModelConfig, type ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'
import { readModelSource } from './model-source.ts'
import { readOnnxClassifier, type OnnxClassifier } from './onnx-classifier.ts'
import type { Precision } from './precision.ts'
import { readPreprocessing } from './preprocessing-config.ts'
import type { Preprocessing } from './preprocessing.ts'
import type { Naming } from './tensor-names.ts'
import { checkTensors } from './vit-weights.ts'

interface FolderBase {
  /** The folder, absolute; configuration and labels lie in it. */
  readonly path: string
  readonly name: string
  /** 16 hexadecimal digits over the content of weights and configuration; see hashFiles. */
  readonly version: string
  readonly preprocessing: Preprocessing
  /** One for each class. */
  readonly labels: readonly string[]
  readonly classes: number
  /** Null where a ready graph hides the vector that its head reads. */
  readonly embeddingDim: number | null
  readonly weightBytes: number
  /** What prepareGraph can give, best first. */
  readonly precisions: readonly Precision[]
}
export interface CheckpointFolder extends FolderBase {
  readonly kind: 'checkpoint'
  readonly architecture: Architecture
  readonly checkpoint: Checkpoint
  readonly naming: Naming
}
export interface OnnxFolder extends FolderBase {
  readonly kind: 'onnx'
  readonly files: Readonly<Partial<Record<Precision, string>>>
}
export type ModelFolder = CheckpointFolder | OnnxFolder

const configFiles = ['config.json', 'preprocessor_config.json', 'labels.json', 'id2label.json', 'classes.txt']
/** File names of Optimum and Transformers.js. */
const onnxNames: Readonly<Record<Precision, readonly string[]>> = {
  fp32: ['model.onnx'],
  fp16: ['model_fp16.onnx'],
  int8: ['model_quantized.onnx', 'model_int8.onnx', 'model_uint8.onnx'],
}

/**
 * Reads a model folder, or the folder of an `.onnx` or `.safetensors` file. Reads every byte once, for the version,
 * but holds none of the weights of a checkpoint.
 * @throws ModelError with a sentence that names the file and the remedy.
 */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const stats = await statOrNull(path)
  if (stats === null) throw new ModelError('model-missing', `There is no model at ${path}; check the path.`)
  const absolute = resolve(path)
  if (stats.isFile()) {
    if (absolute.endsWith('.onnx')) return readOnnxFile(absolute)
    if (absolute.endsWith('.safetensors')) return readModelFolder(dirname(absolute))
    throw new ModelError(
      'model-unsupported',
      `${path} is no model; give a folder, or an .onnx or .safetensors file.`,
    )
  }
  const checkpoint = await readCheckpoint(absolute)
  if (checkpoint !== null) return readCheckpointFolder(absolute, checkpoint)
  for (const weightsFolder of [join(absolute, 'onnx'), absolute]) {
    const files = await findOnnxFiles(weightsFolder)
    if (Object.keys(files).length > 0) return readOnnxFolder(absolute, files)
  }
  throw new ModelError(
    'model-missing',
    `${path} holds no weights; it needs model.safetensors, its shards with model.safetensors.index.json, or model.onnx.`,
  )
}

async function readCheckpointFolder(path: string, checkpoint: Checkpoint): Promise<CheckpointFolder> {
  const config = await readModelConfig(path)
  const { arch: architecture, naming } = inferArchitecture(checkpoint, config)
  checkTensors(checkpoint, architecture, naming)
  const { gridRows, gridColumns, patchPx, classes } = architecture
  const size = { height: gridRows * patchPx, width: gridColumns * patchPx }
  const defaults = naming.kind === 'timm' ? 'timm' : naming.family
  const preprocessing = await readPreprocessing(path, config, size, defaults)
  return {
    kind: 'checkpoint',
    path,
    name: await readName(path, config),
    version: await hashFiles([...checkpoint.files, ...(await existing(path, configFiles))]),
    architecture,
    checkpoint,
    naming,
    preprocessing,
    labels: await readLabels(path, config, classes),
    classes,
    embeddingDim: embeddingDim(architecture),
    weightBytes: await totalBytes(checkpoint.files),
    precisions: ['fp32', 'fp16', 'int8'],
  }
}

async function readOnnxFile(file: string): Promise<OnnxFolder> {
  const folder = dirname(file)
  // In Optimum's layout the configuration lies one folder above.
  const path =
    basename(folder) === 'onnx' && (await existing(folder, configFiles)).length === 0
      ? dirname(folder)
      : folder
  const name = basename(file)
  const precision = onnxNames.int8.includes(name) ? 'int8' : onnxNames.fp16.includes(name) ? 'fp16' : 'fp32'
  return readOnnxFolder(path, { [precision]: file })
}

async function readOnnxFolder(path: string, files: OnnxFolder['files']): Promise<OnnxFolder> {
  const config = await readModelConfig(path)
  const present = Object.values(files)
  const classifiers = await Promise.all(present.map(readOnnxClassifier))
  const [first] = classifiers
  if (first === undefined) throw new ModelError('model-missing', `${path} holds no ONNX file; copy it again.`)
  const { classes, embedding } = first
  // A graph with dynamic size says nothing; these models are nearly always for 224 px.
  const size = first.inputPx ?? config.imagePx ?? { height: 224, width: 224 }
  return {
    kind: 'onnx',
    path,
    name: await readName(path, config),
    version: await hashFiles([...present, ...(await existing(path, configFiles))]),
    files,
    preprocessing: checkedSize(await readPreprocessing(path, config, size, 'timm'), first, path),
    labels: await readLabels(path, config, classes),
    classes,
    embeddingDim: embedding?.dim ?? null,
    weightBytes: await totalBytes(present),
    precisions: (['fp32', 'fp16', 'int8'] as const).filter((precision) => files[precision] !== undefined),
  }
}

/** Fine-tuned models often keep the name of what they were made from, so the catalogue's name goes first. */
async function readName(path: string, config: ModelConfig): Promise<string> {
  return (await readModelSource(path))?.id ?? config.name ?? basename(path)
}

function checkedSize(preprocessing: Preprocessing, { inputPx }: OnnxClassifier, path: string): Preprocessing {
  const { height, width } = preprocessing
  if (inputPx === null || (inputPx.height === height && inputPx.width === width)) return preprocessing
  throw new ModelError(
    'model-invalid',
    `${path}: the graph takes ${inputPx.width} x ${inputPx.height} px but preprocessor_config.json makes ${width} x ${height}; correct its size.`,
  )
}

async function findOnnxFiles(folder: string): Promise<OnnxFolder['files']> {
  const files: Partial<Record<Precision, string>> = {}
  for (const precision of ['fp32', 'fp16', 'int8'] as const) {
    const [found] = await existing(folder, onnxNames[precision])
    if (found !== undefined) files[precision] = found
  }
  return files
}

async function existing(folder: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    const file = join(folder, name)
    if (await isFile(file)) found.push(file)
  }
  return found
}

async function totalBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await statOrNull(file))?.size ?? 0))
  return sizes.reduce((a, b) => a + b, 0)
}
