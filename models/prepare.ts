// Gives the ONNX file to run for a model: built from a checkpoint and kept, or a ready one with its embedding exposed.
import { access, appendFile, constants, copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { embeddingDim, type HeadPart } from './architecture.ts'
import { isFile, writing } from './files.ts'
import type { ScoreRule } from './model-config.ts'
import { ModelError } from './model-error.ts'
import type { CheckpointFolder, ModelFolder, OnnxFolder } from './model-folder.ts'
import { exposedEmbeddingName, exposedLogitsName, readOnnxClassifier } from './onnx-classifier.ts'
import { attributeTypes, encodeModel, onnxTypes, type OnnxNode } from './onnx-proto.ts'
import type { Precision } from './precision.ts'
import { adaptPreprocessing } from './preprocessing-config.ts'
import type { Preprocessing } from './preprocessing.ts'
import { attentionName, buildVitGraph } from './vit-graph.ts'
import { createVitWeights } from './vit-weights.ts'

export interface PrepareOptions {
  readonly precision: Precision
  /** Side of the square input; the model's own where left out. */
  readonly inputSizePx?: number
  readonly withAttention?: boolean
  /** Graphs are kept here; anything in it may be deleted. */
  readonly cacheDir: string
}

export interface PreparedGraph {
  readonly file: string
  /** float32 [N, 3, height, width]. */
  readonly inputName: string
  /** float32 [N, classes]. */
  readonly logitsName: string
  /** float32 [N, embeddingDim]: the vector that the head reads. */
  readonly embeddingName: string | null
  /** Where asked for: each block's probabilities, float32 [N, heads, tokens, tokens]. */
  readonly attentionNames: readonly string[]
  /** Patches in rows and columns, which are the last tokens; null where the graph does not tell. */
  readonly grid: { readonly rows: number; readonly columns: number } | null
  /** Which tokens the head reads; null where the graph does not tell. */
  readonly headReads: readonly HeadPart[] | null
  readonly preprocessing: Preprocessing
  readonly classes: number
  readonly scores: ScoreRule
  readonly embeddingDim: number | null
}

/** Part of the file names in the cache: raised whenever the same weights give another graph. */
const graphFormat = 3
/** Protobuf's limit is 2 GiB; nodes and names need a little of it. */
const maxTensorBytes = 1.9e9

/**
 * Builds the graph of a model in the given precision, or finds it in the cache.
 * @throws ModelError where the model does not have this precision, size or variant, or the cache cannot be written,
 * with the remedy.
 */
export async function prepareGraph(folder: ModelFolder, options: PrepareOptions): Promise<PreparedGraph> {
  const { cacheDir } = options
  await writing(cacheDir, async () => {
    await mkdir(cacheDir, { recursive: true })
    await access(cacheDir, constants.X_OK)
  })
  return folder.kind === 'checkpoint' ? prepareCheckpoint(folder, options) : prepareOnnx(folder, options)
}

async function prepareCheckpoint(folder: CheckpointFolder, options: PrepareOptions): Promise<PreparedGraph> {
  const { architecture: arch, checkpoint, naming } = folder
  const { precision, inputSizePx, withAttention = false, cacheDir } = options
  const preprocessing =
    inputSizePx === undefined ? folder.preprocessing : adaptPreprocessing(folder.preprocessing, inputSizePx)
  const { height: heightPx, width: widthPx } = preprocessing
  if (heightPx % arch.patchPx !== 0 || widthPx % arch.patchPx !== 0) {
    throw new ModelError(
      'model-unsupported',
      `${folder.path} cuts photos into patches of ${arch.patchPx} px, so ${widthPx} x ${heightPx} px is not possible; choose a multiple of ${arch.patchPx}.`,
    )
  }
  const variant = withAttention ? '-attention' : ''
  const file = join(
    cacheDir,
    `${folder.version}-${precision}-${widthPx}x${heightPx}${variant}-g${graphFormat}.onnx`,
  )
  if (!(await isFile(file))) {
    const weights = createVitWeights(checkpoint, arch, naming)
    const graph = buildVitGraph(arch, weights, { precision, heightPx, widthPx, withAttention })
    if (graph.tensorBytes() > maxTensorBytes) {
      throw new ModelError(
        'model-unsupported',
        `${folder.path} is too large for one ONNX file in ${precision}; choose ${precision === 'fp32' ? 'fp16 or int8' : 'a smaller model'}.`,
      )
    }
    await writeAtomically(file, (temporary) => graph.write(temporary))
  }
  return {
    file,
    inputName: 'pixel_values',
    logitsName: 'logits',
    embeddingName: 'cls_embedding',
    attentionNames: withAttention
      ? Array.from({ length: arch.depth }, (_, block) => attentionName(block))
      : [],
    grid: { rows: heightPx / arch.patchPx, columns: widthPx / arch.patchPx },
    headReads: arch.headReads,
    preprocessing,
    classes: arch.classes,
    scores: folder.scores,
    embeddingDim: embeddingDim(arch),
  }
}

async function prepareOnnx(folder: OnnxFolder, options: PrepareOptions): Promise<PreparedGraph> {
  const { precision, inputSizePx, withAttention = false, cacheDir } = options
  const { preprocessing } = folder
  const source = folder.files[precision]
  if (source === undefined) {
    throw new ModelError(
      'model-unsupported',
      `${folder.path} has no ${precision} graph; choose ${folder.precisions.join(' or ')}.`,
    )
  }
  if (
    inputSizePx !== undefined &&
    (inputSizePx !== preprocessing.height || inputSizePx !== preprocessing.width)
  ) {
    throw new ModelError(
      'model-unsupported',
      `${source} is a ready graph for ${preprocessing.width} x ${preprocessing.height} px; for another size use the model's safetensors.`,
    )
  }
  if (withAttention) {
    throw new ModelError(
      'model-unsupported',
      `${source} is a ready graph and hides its attention; use the model's safetensors.`,
    )
  }
  const { embedding, ending, ...found } = await readOnnxClassifier(source)
  const hidden: HiddenValue[] = []
  if (embedding?.isOutput === false)
    hidden.push({ value: embedding.value, name: exposedEmbeddingName, width: embedding.dim })
  if (ending !== null) hidden.push({ value: ending.logits, name: exposedLogitsName, width: found.classes })
  const file =
    hidden.length > 0 ? join(cacheDir, `${folder.version}-${precision}-onnx-g${graphFormat}.onnx`) : source
  if (hidden.length > 0 && !(await isFile(file))) {
    await writeAtomically(file, async (temporary) => {
      await copyFile(source, temporary)
      await appendFile(temporary, expose(hidden))
    })
  }
  return {
    file,
    inputName: found.inputName,
    logitsName: ending === null ? found.logitsName : exposedLogitsName,
    embeddingName: embedding?.isOutput === false ? exposedEmbeddingName : (embedding?.value ?? null),
    attentionNames: [],
    grid: null,
    headReads: null,
    preprocessing,
    classes: found.classes,
    scores: folder.scores,
    embeddingDim: embedding?.dim ?? null,
  }
}

/** A value [N, width] of a ready graph and the name of the output that it is to become. */
interface HiddenValue {
  readonly value: string
  readonly name: string
  readonly width: number
}

/** Bytes that, appended to a graph's file, make values outputs; see [Note: merged messages]. */
function expose(hidden: readonly HiddenValue[]): Uint8Array {
  const output = hidden.map(({ name, width }) => {
    const shape = { dim: [{ dim_param: 'N' }, { dim_value: width }] }
    return { name, type: { tensor_type: { elem_type: onnxTypes.float32, shape } } }
  })
  const node = hidden.map(({ value, name }) => castTo(name, value))
  return encodeModel({ graph: { node, output } })
}

export const castEmbedding = (value: string): OnnxNode => castTo(exposedEmbeddingName, value)

/** The cast gives the value a name of its own, and float32 also where the graph computes in float16. */
function castTo(name: string, value: string): OnnxNode {
  return {
    input: [value],
    output: [name],
    name: `expose_${name}`,
    op_type: 'Cast',
    attribute: [{ name: 'to', i: onnxTypes.float32, type: attributeTypes.int }],
  }
}

/** A file in the cache is complete: it gets its name last. */
async function writeAtomically(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`
  await writing(dirname(file), async () => {
    try {
      await write(temporary)
      await rename(temporary, file)
    } finally {
      await rm(temporary, { force: true })
    }
  })
}
