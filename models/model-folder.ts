// Finds out what a model folder holds: a checkpoint to build a graph from, or a ready ONNX classifier.
import { basename, dirname, extname, join, resolve } from 'node:path'
import { embeddingDim, inferArchitecture, type Architecture } from './architecture.ts'
import { readCheckpoint, readCheckpointFile, type Checkpoint } from './checkpoint.ts'
import { hashFiles, isFile, statOrNull } from './files.ts'
import { readLabels } from './labels.ts'
import { readModelConfig, scoreRuleOf, type ModelConfig, type ScoreRule } from './model-config.ts'
import { ModelError } from './model-error.ts'
import { readModelSource } from './model-source.ts'
import { readOnnxClassifier, type OnnxClassifier } from './onnx-classifier.ts'
import type { Precision } from './precision.ts'
import { readPreprocessing } from './preprocessing-config.ts'
import type { Preprocessing } from './preprocessing.ts'
import type { Naming } from './tensor-names.ts'
import { checkTensors } from './vit-weights.ts'

interface FolderBase {
  /**
   * The folder, or the one file that was asked for and that its folder alone would not lead to; absolute. Reading it
   * again gives this very model.
   */
  readonly path: string
  /** Where configuration and labels lie. */
  readonly configFolder: string
  readonly name: string
  /** 16 hexadecimal digits over the content of weights and configuration; see hashFiles. */
  readonly version: string
  readonly preprocessing: Preprocessing
  /** One for each class. */
  readonly labels: readonly string[]
  readonly classes: number
  readonly scores: ScoreRule
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

/** Where a model was found: what it is known by, and where configuration and labels lie. */
interface Place {
  readonly path: string
  readonly folder: string
}

/**
 * Reads a model folder, or an `.onnx` or `.safetensors` file with the configuration beside it. Reads every byte once,
 * for the version, but holds none of the weights of a checkpoint.
 * @throws ModelError with a sentence that names the file and the remedy.
 */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const stats = await statOrNull(path)
  if (stats === null) throw new ModelError('model-missing', `There is no model at ${path}; check the path.`)
  const absolute = resolve(path)
  if (stats.isFile()) {
    if (absolute.endsWith('.onnx')) return readOnnxFile(absolute)
    if (absolute.endsWith('.safetensors')) return readSafetensorsFile(absolute)
    throw new ModelError(
      'model-unsupported',
      `${path} is no model; give a folder, or an .onnx or .safetensors file.`,
    )
  }
  const place = { path: absolute, folder: absolute }
  const checkpoint = await readCheckpoint(absolute)
  if (checkpoint !== null) return readCheckpointFolder(place, checkpoint)
  for (const weightsFolder of [join(absolute, 'onnx'), absolute]) {
    const files = await findOnnxFiles(weightsFolder)
    if (Object.keys(files).length > 0) return readOnnxFolder(place, files)
  }
  throw new ModelError(
    'model-missing',
    `${path} holds no weights; it needs model.safetensors, its shards with model.safetensors.index.json, or model.onnx.`,
  )
}

async function readSafetensorsFile(file: string): Promise<CheckpointFolder> {
  const folder = dirname(file)
  const ofFolder = await readCheckpoint(folder)
  // A shard stands for its whole model, and the usual name for its folder.
  if (ofFolder?.files.includes(file) === true) return readCheckpointFolder({ path: folder, folder }, ofFolder)
  return readCheckpointFolder({ path: file, folder }, await readCheckpointFile(file))
}

async function readCheckpointFolder(place: Place, checkpoint: Checkpoint): Promise<CheckpointFolder> {
  const { path, folder } = place
  const config = await readModelConfig(folder)
  const { arch: architecture, naming } = inferArchitecture(checkpoint, config)
  checkTensors(checkpoint, architecture, naming)
  const { gridRows, gridColumns, patchPx, classes } = architecture
  const size = { height: gridRows * patchPx, width: gridColumns * patchPx }
  const defaults = naming.kind === 'timm' ? 'timm' : naming.family
  const preprocessing = await readPreprocessing(folder, config, size, defaults)
  return {
    kind: 'checkpoint',
    path,
    configFolder: folder,
    name: await readName(place, config),
    version: await hashFiles([...checkpoint.files, ...(await existing(folder, configFiles))]),
    architecture,
    checkpoint,
    naming,
    preprocessing,
    labels: await readLabels(folder, config, classes),
    classes,
    scores: scoreRuleOf(config, classes),
    embeddingDim: embeddingDim(architecture),
    weightBytes: await totalBytes(checkpoint.files),
    precisions: ['fp32', 'fp16', 'int8'],
  }
}

async function readOnnxFile(file: string): Promise<OnnxFolder> {
  const beside = dirname(file)
  // In Optimum's layout the configuration lies one folder above.
  const folder =
    basename(beside) === 'onnx' && (await existing(beside, configFiles)).length === 0
      ? dirname(beside)
      : beside
  const name = basename(file)
  const precision = onnxNames.int8.includes(name) ? 'int8' : onnxNames.fp16.includes(name) ? 'fp16' : 'fp32'
  return readOnnxFolder({ path: file, folder }, { [precision]: file })
}

async function readOnnxFolder(place: Place, files: OnnxFolder['files']): Promise<OnnxFolder> {
  const { path, folder } = place
  const config = await readModelConfig(folder)
  const present = Object.values(files)
  const classifiers = await Promise.all(present.map(readOnnxClassifier))
  const [first] = classifiers
  if (first === undefined) throw new ModelError('model-missing', `${path} holds no ONNX file; copy it again.`)
  const { classes, embedding } = first
  const weights = [...new Set([...present, ...classifiers.flatMap(({ externalFiles }) => externalFiles)])]
  // A graph with dynamic size says nothing; these models are nearly always for 224 px.
  const size = first.inputPx ?? config.imagePx ?? { height: 224, width: 224 }
  return {
    kind: 'onnx',
    path,
    configFolder: folder,
    name: await readName(place, config),
    version: await hashFiles([...weights, ...(await existing(folder, configFiles))]),
    files,
    preprocessing: checkedSize(await readPreprocessing(folder, config, size, 'timm'), first, path),
    labels: await readLabels(folder, config, classes),
    classes,
    scores: scoreRuleOf(config, classes, first.ending?.activation),
    embeddingDim: embedding?.dim ?? null,
    weightBytes: await totalBytes(weights),
    precisions: (['fp32', 'fp16', 'int8'] as const).filter((precision) => files[precision] !== undefined),
  }
}

/** Fine-tuned models often keep the name of what they were made from, so the catalogue's name goes first. */
async function readName(place: Place, config: ModelConfig): Promise<string> {
  return (await readModelSource(place.folder))?.id ?? config.name ?? nameOf(place)
}

/** A file's own name says more than its folder's, unless every model's file is called so. */
function nameOf({ path, folder }: Place): string {
  const name = basename(path, extname(path))
  return path === folder || name.startsWith('model') ? basename(folder) : name
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
