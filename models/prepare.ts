// Prepares the ONNX file to run for a model: built from a checkpoint and cached, or a ready one with its embedding exposed.
import { access, appendFile, constants, copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../electron/common/write-atomic.ts'
import { msg } from '../electron/texts/message.ts'
import { embeddingDim, type HeadPart } from './config/architecture.ts'
import { isFile, writing } from './checkpoint/files.ts'
import type { ModelScores } from './config/scores.ts'
import { ModelError } from './model-error.ts'
import type { CheckpointFolder, ModelFolder, OnnxFolder } from './model-folder.ts'
import {
  exposedEmbeddingName,
  exposedLogitsName,
  readOnnxClassifier,
  type InputForm,
} from './onnx/classifier.ts'
import { attributeTypes, encodeModel, onnxTypes, type OnnxNode } from './onnx/proto.ts'
import type { Precision } from './onnx/precision.ts'
import { adaptPreprocessing } from './config/preprocessing-config.ts'
import type { Preprocessing } from './config/preprocessing.ts'
import { attentionName } from './vit/encoder.ts'
import { buildVitGraph } from './vit/graph.ts'
import { poolAttentionName } from './vit/pooling.ts'

export interface PrepareOptions {
  readonly precision: Precision
  /** Side of the square input; the model's own where left out. */
  readonly inputSizePx?: number
  readonly withAttention?: boolean
  /** Graphs are cached here; anything in it may be deleted. */
  readonly cacheDir: string
}

export interface PreparedGraph {
  readonly file: string
  /** Of the model, as its files hash. */
  readonly version: string
  readonly inputName: string
  readonly inputForm: InputForm
  /** float32 [N, classes]; null of a backbone without a classifier, which has an embedding. */
  readonly logitsName: string | null
  /** float32 [N, embeddingDim]: the vector that the head reads. */
  readonly embeddingName: string | null
  /** With attention: each block's probabilities, float32 [N, heads, tokens, tokens]. */
  readonly attentionNames: readonly string[]
  /** With attention, where the head reads an attention pool: its probabilities, float32 [N, heads, 1, pooled tokens]. */
  readonly poolAttentionName: string | null
  /** Patches in rows and columns, which are the last tokens; null for a ready graph. */
  readonly grid: { readonly rows: number; readonly columns: number } | null
  /** Which tokens the head reads; null for a ready graph. */
  readonly headReads: readonly HeadPart[] | null
  readonly preprocessing: Preprocessing
  readonly classes: number
  /** One for each class; several classes may have one name. */
  readonly labels: readonly string[]
  readonly scores: ModelScores
  readonly embeddingDim: number | null
}

/** Part of the file names in the cache: incremented whenever the same weights lead to another graph. */
const graphFormat = 5
/** Protobuf's limit is 2 GiB; nodes and names need a little of it. */
export const maxTensorBytes = 1.9e9

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
  const { architecture: arch, named } = folder
  const { precision, inputSizePx, withAttention = false, cacheDir } = options
  const preprocessing =
    inputSizePx === undefined ? folder.preprocessing : adaptPreprocessing(folder.preprocessing, inputSizePx)
  const { height: heightPx, width: widthPx } = preprocessing
  if (heightPx % arch.patchPx !== 0 || widthPx % arch.patchPx !== 0) {
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{path}} cuts photos into patches of {{patchPx}} px, so {{width}} x {{height}} px is not possible; choose a multiple of {{multiple}}.',
        {
          path: folder.path,
          patchPx: arch.patchPx,
          width: widthPx,
          height: heightPx,
          multiple: arch.patchPx,
        },
      ),
    )
  }
  const variant = withAttention ? '-attention' : ''
  const file = join(
    cacheDir,
    `${folder.version}-${precision}-${widthPx}x${heightPx}${variant}-g${graphFormat}.onnx`,
  )
  if (!(await isFile(file))) {
    const graph = buildVitGraph(arch, named, { precision, heightPx, widthPx, withAttention })
    if (graph.tensorBytes() > maxTensorBytes) {
      throw new ModelError(
        'model-unsupported',
        msg('{{path}} is too large for one ONNX file in {{precision}}; choose {{other}}.', {
          path: folder.path,
          precision,
          other: precision === 'fp32' ? msg('fp16 or int8') : msg('a smaller model'),
        }),
      )
    }
    await writeGraph(file, (temporary) => graph.write(temporary))
  }
  return {
    file,
    version: folder.version,
    inputName: 'pixel_values',
    inputForm: { layout: 'nchw', type: 'float32', batch: null },
    logitsName: arch.classes === 0 ? null : 'logits',
    embeddingName: 'cls_embedding',
    attentionNames: withAttention
      ? Array.from({ length: arch.depth }, (_, block) => attentionName(block))
      : [],
    poolAttentionName:
      withAttention && arch.headReads.some((part) => part.endsWith('-attention')) ? poolAttentionName : null,
    grid: { rows: heightPx / arch.patchPx, columns: widthPx / arch.patchPx },
    headReads: arch.headReads,
    preprocessing,
    classes: arch.classes,
    labels: folder.labels,
    scores: folder.scores,
    embeddingDim: embeddingDim(arch),
  }
}

async function prepareOnnx(folder: OnnxFolder, options: PrepareOptions): Promise<PreparedGraph> {
  const { precision, inputSizePx, withAttention = false, cacheDir } = options
  const source = folder.files[precision]
  if (source === undefined) {
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} has no {{precision}} graph; choose {{others}}.', {
        path: folder.path,
        precision,
        others: folder.precisions.join(' or '),
      }),
    )
  }
  const preprocessing =
    inputSizePx === undefined ? folder.preprocessing : adaptPreprocessing(folder.preprocessing, inputSizePx)
  if (
    !folder.isAnySize &&
    (folder.preprocessing.height !== preprocessing.height ||
      folder.preprocessing.width !== preprocessing.width)
  ) {
    throw new ModelError(
      'model-unsupported',
      msg(
        "{{file}} is a ready graph for {{width}} x {{height}} px; for another size use the model's safetensors.",
        { file: source, width: folder.preprocessing.width, height: folder.preprocessing.height },
      ),
    )
  }
  if (withAttention) {
    throw new ModelError(
      'model-unsupported',
      msg("{{file}} is a ready graph and hides its attention; use the model's safetensors.", {
        file: source,
      }),
    )
  }
  const { embedding, ending, ...found } = await readOnnxClassifier(source)
  const hidden: HiddenValue[] = []
  if (embedding?.isOutput === false)
    hidden.push({ value: embedding.value, name: exposedEmbeddingName, width: embedding.dim })
  if (typeof ending?.logits === 'string')
    hidden.push({ value: ending.logits, name: exposedLogitsName, width: found.classes })
  const file =
    hidden.length > 0 ? join(cacheDir, `${folder.version}-${precision}-onnx-g${graphFormat}.onnx`) : source
  if (hidden.length > 0 && !(await isFile(file))) {
    await writeGraph(file, async (temporary) => {
      await copyFile(source, temporary)
      await appendFile(temporary, expose(hidden))
    })
  }
  return {
    file,
    version: folder.version,
    inputName: found.inputName,
    inputForm: found.inputForm,
    logitsName: typeof ending?.logits === 'string' ? exposedLogitsName : found.logitsName,
    embeddingName: embedding?.isOutput === false ? exposedEmbeddingName : (embedding?.value ?? null),
    attentionNames: [],
    poolAttentionName: null,
    grid: null,
    headReads: null,
    preprocessing,
    classes: found.classes,
    labels: folder.labels,
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

/** The cast names the value, and converts it to float32 where the graph computes in float16. */
function castTo(name: string, value: string): OnnxNode {
  return {
    input: [value],
    output: [name],
    name: `expose_${name}`,
    op_type: 'Cast',
    attribute: [{ name: 'to', i: onnxTypes.float32, type: attributeTypes.int }],
  }
}

/** Every file in the cache is complete: it is renamed to its name last. */
const writeGraph = (file: string, write: (temporary: string) => Promise<void>): Promise<void> =>
  writing(dirname(file), () => writeFileAtomic(file, ({ path }) => write(path)))
