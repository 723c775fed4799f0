// Finds out what a model folder holds: a checkpoint to build a graph from, or a ready ONNX classifier.
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { maxOwnFileBytes, readRegular } from '../electron/common/open-file.ts'
import { msg } from '../electron/texts/message.ts'
import { embeddingDim, type Architecture } from './config/architecture.ts'
import { inferArchitecture } from './config/infer-architecture.ts'
import { readCheckpoint, readCheckpointFile, type Checkpoint } from './checkpoint/checkpoint.ts'
import { hashFiles, isFile, statOrNull } from './checkpoint/files.ts'
import { openClipFiles } from './checkpoint/open-clip.ts'
import { readModelConfig, type ModelConfig, type Quality } from './config/model-config.ts'
import { readOutputs, type Outputs } from './config/outputs.ts'
import { noChoices, type ModelChoices } from './config/scores.ts'
import { readTagger, tagFiles } from './config/tagger.ts'
import { cannotBuild } from './config/cannot-build.ts'
import { checkClasses, checkInput } from './limits.ts'
import { ModelError } from './model-error.ts'
import { readModelSource } from './catalogue/model-source.ts'
import { readOnnxClassifier, type OnnxClassifier } from './onnx/classifier.ts'
import type { Precision } from './onnx/precision.ts'
import { readPreprocessing, type Defaults } from './config/preprocessing-config.ts'
import type { Preprocessing } from './config/preprocessing.ts'
import { nameTensors, type NamedTensors } from './checkpoint/named-tensors.ts'
import { checkTensors } from './vit/graph.ts'
import { isVilt } from './vilt/config.ts'

interface FolderBase extends Outputs {
  /**
   * Absolute. The folder, or the single file where reading its folder would open another model: reading this path
   * always opens this model.
   */
  readonly path: string
  /** Where configuration and labels lie. */
  readonly configFolder: string
  readonly name: string
  /** 16 hexadecimal digits over the content of weights and configuration; see hashFiles. */
  readonly version: string
  readonly preprocessing: Preprocessing
  readonly classes: number
  readonly quality: Quality | null
  /** Null where the vector that a ready graph's head reads was not found. */
  readonly embeddingDim: number | null
  readonly weightBytes: number
  /** Those in which prepareGraph can prepare the model, best first. */
  readonly precisions: readonly Precision[]
}
export interface CheckpointFolder extends FolderBase {
  readonly kind: 'checkpoint'
  readonly architecture: Architecture
  readonly checkpoint: Checkpoint
  readonly named: NamedTensors
}
export interface OnnxFolder extends FolderBase {
  readonly kind: 'onnx'
  readonly files: Readonly<Partial<Record<Precision, string>>>
  /** Whether the graph takes photos of any size. */
  readonly isAnySize: boolean
  /** Outputs that might have been meant instead of the one that was taken. */
  readonly otherOutputs: readonly string[]
}
export type ModelFolder = CheckpointFolder | OnnxFolder

const configFiles = [
  ...['config.json', 'preprocessor_config.json', 'labels.json', 'id2label.json', 'classes.txt', 'labels.txt'],
  openClipFiles.config,
  ...tagFiles,
]
/** Weights in Python's own format, which runs what it holds when it is read. */
const pickledFiles = ['pytorch_model.bin', 'pytorch_model.bin.index.json', 'pytorch_model.pt', 'model.pth']
/** File names of Optimum and Transformers.js. */
const onnxNames: Readonly<Record<Precision, readonly string[]>> = {
  fp32: ['model.onnx'],
  fp16: ['model_fp16.onnx'],
  int8: ['model_quantized.onnx', 'model_int8.onnx', 'model_uint8.onnx'],
}

/** Where a model was found: the path that identifies it, and the folder of its configuration and labels. */
interface ModelLocation {
  readonly path: string
  readonly folder: string
  readonly choices: ModelChoices
}

/**
 * Reads a model folder, or an `.onnx` or `.safetensors` file with the configuration beside it. Reads every byte once,
 * for the version, but holds none of the weights of a checkpoint.
 * @throws ModelError with a sentence that names the file and the remedy.
 */
export async function readModelFolder(path: string, choices: ModelChoices = noChoices): Promise<ModelFolder> {
  const stats = await statOrNull(path)
  if (stats === null)
    throw new ModelError('model-missing', msg('There is no model at {{path}}; check the path.', { path }))
  const absolute = resolve(path)
  if (stats.isFile()) {
    if (absolute.endsWith('.onnx')) return readOnnxFile(absolute, choices)
    if (absolute.endsWith('.safetensors')) return readSafetensorsFile(absolute, choices)
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} is no model; give a folder, or an .onnx or .safetensors file.', { path }),
    )
  }
  const location = { path: absolute, folder: absolute, choices }
  if (await isVilt(absolute))
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} is for questions and sentences, not for labelling; choose another model.', { path }),
    )
  const checkpoint = await readCheckpoint(absolute)
  if (checkpoint !== null) return readCheckpointFolder(location, checkpoint)
  for (const weightsFolder of [join(absolute, 'onnx'), absolute]) {
    const files = await findOnnxFiles(weightsFolder)
    if (Object.keys(files).length > 0) return readOnnxFolder(location, files)
  }
  const snapshot = await findSnapshot(absolute)
  if (snapshot !== null) return readModelFolder(snapshot, choices)
  const [pickled] = await existing(absolute, pickledFiles)
  if (pickled !== undefined)
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{file}} may hold programs, so Labelroom does not read it; get the model as model.safetensors, or make it with save_pretrained in Python (transformers or timm).',
        { file: pickled },
      ),
    )
  throw new ModelError(
    'model-missing',
    msg(
      '{{path}} holds no weights; it needs model.safetensors, its shards with model.safetensors.index.json, or model.onnx.',
      { path },
    ),
  )
}

/**
 * In a model's folder of the hub's cache, the folder of what was downloaded last, or of its only revision where one was
 * named; null in any other folder. Throws ModelError where it holds several, and none is the last.
 */
async function findSnapshot(folder: string): Promise<string | null> {
  const snapshots = join(folder, 'snapshots')
  const revisions = (await readdir(snapshots).catch(() => [])).filter((name) => /^[0-9a-f]+$/.test(name))
  const ref = join(folder, 'refs', 'main')
  const newest = (await isFile(ref)) ? (await readRegular(ref, maxOwnFileBytes)).toString().trim() : null
  if (revisions.length === 0) return null
  const revision = revisions.length === 1 ? revisions[0] : revisions.find((name) => name === newest)
  if (revision !== undefined) return join(snapshots, revision)
  throw new ModelError(
    'model-missing',
    msg('{{path}} holds several revisions of a model; choose the folder of one: {{revisions}}.', {
      path: snapshots,
      revisions: revisions.toSorted().join(', '),
    }),
  )
}

async function readSafetensorsFile(file: string, choices: ModelChoices): Promise<CheckpointFolder> {
  const folder = dirname(file)
  const ofFolder = await readCheckpoint(folder)
  // A shard stands for its whole model, and the usual name for its folder.
  if (ofFolder?.files.includes(file) === true)
    return readCheckpointFolder({ path: folder, folder, choices }, ofFolder)
  return readCheckpointFolder({ path: file, folder, choices }, await readCheckpointFile(file))
}

async function readCheckpointFolder(
  location: ModelLocation,
  checkpoint: Checkpoint,
): Promise<CheckpointFolder> {
  const { path, folder, choices } = location
  const config = await readModelConfig(folder)
  const named = nameTensors(checkpoint)
  if (named === null) throw cannotBuild(checkpoint.file, config)
  const architecture = inferArchitecture(named, config)
  checkTensors(architecture, named)
  checkClasses(architecture.classes, path)
  const { gridRows, gridColumns, patchPx, classes } = architecture
  const size = { height: gridRows * patchPx, width: gridColumns * patchPx }
  const tagger = await readTagger(folder, choices)
  const facts = { defaults: defaultsOf(architecture), tagger, layout: null }
  const preprocessing = checkInput(await readPreprocessing(folder, config, size, facts), path)
  const { library } = architecture
  const outputs = { folder, classes, tagger, library, ending: null, isProbability: false }
  return {
    kind: 'checkpoint',
    path,
    configFolder: folder,
    name: await readName(location, config),
    version: await hashFiles([...checkpoint.files, ...(await existing(folder, configFiles))]),
    architecture,
    checkpoint,
    named,
    preprocessing,
    ...(await readOutputs(outputs, choices)),
    classes,
    quality: config.quality,
    embeddingDim: embeddingDim(architecture),
    weightBytes: await totalBytes(checkpoint.files),
    precisions: ['fp32', 'fp16', 'int8'],
  }
}

/** Whose defaults apply where nothing says what a model expects of photos. */
function defaultsOf({ library, family }: Architecture): Defaults {
  if (library === 'timm') return 'timm'
  if (family.startsWith('dino')) return 'dinov2'
  return family === 'deit' ? 'deit' : 'vit'
}

async function readOnnxFile(file: string, choices: ModelChoices): Promise<OnnxFolder> {
  const beside = dirname(file)
  // In Optimum's layout the configuration lies one folder above.
  const folder =
    basename(beside) === 'onnx' && (await existing(beside, configFiles)).length === 0
      ? dirname(beside)
      : beside
  const name = basename(file)
  const precision = onnxNames.int8.includes(name) ? 'int8' : onnxNames.fp16.includes(name) ? 'fp16' : 'fp32'
  return readOnnxFolder({ path: file, folder, choices }, { [precision]: file })
}

async function readOnnxFolder(location: ModelLocation, files: OnnxFolder['files']): Promise<OnnxFolder> {
  const { path, folder, choices } = location
  const config = await readModelConfig(folder)
  const present = Object.values(files)
  const classifiers = await Promise.all(present.map(readOnnxClassifier))
  const [first] = classifiers
  if (first === undefined)
    throw new ModelError('model-missing', msg('{{path}} holds no ONNX file; copy it again.', { path }))
  const { classes, embedding, ending, inputForm } = first
  checkClasses(classes, path)
  const weights = [...new Set([...present, ...classifiers.flatMap(({ externalFiles }) => externalFiles)])]
  // A graph with a dynamic size does not fix it; these models are nearly always for 224 px.
  const size = first.inputPx ?? config.imagePx ?? { height: 224, width: 224 }
  const tagger = await readTagger(folder, choices)
  const { layout } = inputForm
  const preprocessing = await readPreprocessing(folder, config, size, { defaults: 'timm', tagger, layout })
  const outputs = {
    ...{ folder, classes, tagger, library: null, ending: ending?.activation ?? null },
    isProbability: ending?.logits === null,
  }
  return {
    kind: 'onnx',
    path,
    configFolder: folder,
    name: await readName(location, config),
    version: await hashFiles([...weights, ...(await existing(folder, configFiles))]),
    files,
    isAnySize: first.inputPx === null,
    otherOutputs: first.otherOutputs,
    preprocessing: checkedSize(checkInput(preprocessing, path), first, path),
    ...(await readOutputs(outputs, choices)),
    classes,
    quality: config.quality,
    embeddingDim: embedding?.dim ?? null,
    weightBytes: await totalBytes(weights),
    precisions: (['fp32', 'fp16', 'int8'] as const).filter((precision) => files[precision] !== undefined),
  }
}

/** Fine-tuned models often keep the name of their base model, so the catalogue's name comes first. */
async function readName(location: ModelLocation, config: ModelConfig): Promise<string> {
  return (await readModelSource(location.folder))?.id ?? config.name ?? nameOf(location)
}

/** A file's own name is more specific than its folder's, unless it is the usual name of weights. */
function nameOf({ path, folder }: ModelLocation): string {
  const name = basename(path, extname(path))
  return path === folder || name.startsWith('model') ? basename(folder) : name
}

function checkedSize(preprocessing: Preprocessing, { inputPx }: OnnxClassifier, path: string): Preprocessing {
  const { height, width } = preprocessing
  if (inputPx === null || (inputPx.height === height && inputPx.width === width)) return preprocessing
  throw new ModelError(
    'model-invalid',
    msg(
      '{{path}}: the graph takes {{width}} x {{height}} px but preprocessor_config.json makes {{madeWidth}} x {{madeHeight}}; correct its size.',
      { path, width: inputPx.width, height: inputPx.height, madeWidth: width, madeHeight: height },
    ),
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
