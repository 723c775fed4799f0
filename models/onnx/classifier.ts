// Checks that a ready ONNX file is an image classifier, and finds the vector that its head reads.
import { dirname, join } from 'node:path'
import { readRegular } from '../../electron/common/open-file.ts'
import { msg, type Message } from '../../electron/texts/message.ts'
import { isFile, reading } from '../checkpoint/files.ts'
import type { Activation } from '../config/scores.ts'
import { ModelError } from '../model-error.ts'
import {
  countGraphParts,
  decodeModel,
  onnxTypes,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './proto.ts'

/** The form of the tensor in which a graph wants its photos. */
export interface InputForm {
  /** [N, 3, height, width], or [N, height, width, 3]. */
  readonly layout: 'nchw' | 'nhwc'
  readonly type: 'float32' | 'float16'
  /** How many photos every run must have; null where any number goes. */
  readonly batch: number | null
}

export interface OnnxClassifier {
  readonly inputName: string
  readonly inputForm: InputForm
  readonly logitsName: string
  /** Further outputs that might have been meant instead; the first one was taken. */
  readonly otherOutputs: readonly string[]
  /**
   * Where the graph ends in a softmax or sigmoid: which one, and the value with the logits, which is not an output; that
   * is null where weights lie in further files, whose paths are relative to the graph, so that no copy can be made.
   */
  readonly ending: { readonly activation: Activation; readonly logits: string | null } | null
  readonly classes: number
  /** Null where the graph takes any size. */
  readonly inputPx: { readonly height: number; readonly width: number } | null
  /**
   * The value [N, dim] that the last matrix multiplication reads, where one was found. Null too where weights lie in
   * further files: their paths are relative to the graph, so that no copy with its embedding exposed can be made.
   */
  readonly embedding: { readonly value: string; readonly dim: number; readonly isOutput: boolean } | null
  /** Further files beside this one that hold weights, absolute where the graph's own path is. */
  readonly externalFiles: readonly string[]
}

/**
 * Reads an ONNX file and checks it.
 * @throws ModelError `model-invalid` where it is damaged, `model-unsupported` where it is not an image classifier,
 * `model-missing` where a file with its weights is not there.
 */
export async function readOnnxClassifier(file: string): Promise<OnnxClassifier> {
  const { graph } = await decode(file)
  const initializers = new Map(graph.initializer.map(({ name, dims }) => [name, dims]))
  const inputs = graph.input.filter(({ name }) => !initializers.has(name))
  const input = readInput(file, inputs)
  const candidates = graph.output.filter((output) => isFloat(output) && dimsOf(output).length === 2)
  const [output, ...others] = byLikelihood(candidates)
  if (output === undefined) throw notClassifier(file, msg('it has no float32 output [N, classes]'))
  const producers = producersOf(graph.node)
  const ending = findEnding(producers, output.name)
  const head = findHead(producers, initializers, ending?.logits ?? output.name)
  const classes = dimsOf(output)[1] ?? head?.classes
  if (classes === undefined)
    throw notClassifier(
      file,
      msg('the number of classes of its output {{name}} is unknown', { name: output.name }),
    )
  const externalFiles = await findExternalFiles(file, graph.initializer)
  const isCopied = externalFiles.length === 0
  return {
    ...input,
    logitsName: output.name,
    otherOutputs: likelihoodOf(output.name) < 0 ? [] : others.map(({ name }) => name),
    ending: ending === null ? null : { ...ending, logits: isCopied ? ending.logits : null },
    classes,
    embedding: findEmbedding(graph, candidates, head, externalFiles.length > 0),
    externalFiles,
  }
}

function readInput(
  file: string,
  inputs: readonly OnnxValueInfo[],
): Pick<OnnxClassifier, 'inputName' | 'inputForm' | 'inputPx'> {
  const [input] = inputs
  const dims = input === undefined ? [] : dimsOf(input)
  const [batch = null, second = null, third = null, fourth = null] = dims
  const layout = second !== 3 && fourth === 3 ? 'nhwc' : 'nchw'
  const [channels, height, width] = layout === 'nchw' ? [second, third, fourth] : [fourth, second, third]
  if (
    input === undefined ||
    inputs.length !== 1 ||
    !isFloat(input) ||
    dims.length !== 4 ||
    (channels ?? 3) !== 3
  )
    throw notClassifier(
      file,
      msg('it does not take one float32 image [N, 3, height, width] or [N, height, width, 3]'),
    )
  const type = input.type.tensor_type.elem_type === onnxTypes.float16 ? 'float16' : 'float32'
  return {
    inputName: input.name,
    inputForm: { layout, type, batch },
    inputPx: height === null || width === null ? null : { height, width },
  }
}

/** Names that say what an output is; taggers have several. */
const logitsNames = ['logits', 'refined_logits', 'refined_predictions', 'prediction']

/** Below 0 for outputs that are logits by their name, above 0 for those that are not. */
function likelihoodOf(name: string): number {
  const known = logitsNames.indexOf(name)
  if (known !== -1) return known - logitsNames.length
  return /embed|feature|hidden|pooler/i.test(name) ? 1 : 0
}

/** Outputs that may be logits, the likeliest first. */
const byLikelihood = (outputs: readonly OnnxValueInfo[]): OnnxValueInfo[] =>
  outputs.toSorted((a, b) => likelihoodOf(a.name) - likelihoodOf(b.name))

/** Under these names the vector that the head reads, and logits before a softmax, are made outputs. */
export const exposedEmbeddingName = 'cls_embedding'
export const exposedLogitsName = 'labelroom.logits'

type Producers = ReadonlyMap<string, OnnxNode>

/** The node that computes each value. */
const producersOf = (nodes: readonly OnnxNode[]): Producers =>
  new Map(nodes.flatMap((node) => node.output.map((output) => [output, node] as const)))

/**
 * Returns the first value on the way up from `value` that none of these operators computes; `next` picks the way
 * through a node. A damaged graph may go in circles, whose last value is returned.
 */
function goUp(
  value: string,
  producers: Producers,
  through: ReadonlySet<string>,
  next: (node: OnnxNode) => string | undefined = ({ input }) => input[0],
): string {
  const seen = new Set<string>()
  for (let at = value; ;) {
    const node = producers.get(at)
    const above = node !== undefined && through.has(node.op_type) && !seen.has(at) ? next(node) : undefined
    if (above === undefined) return at
    seen.add(at)
    at = above
  }
}

/** Operators that leave scores as they are. */
const renaming = new Set(['Identity', 'Cast'])

/** The activation that a graph ends in: another softmax on top of it would make every score wrong. */
function findEnding(
  producers: Producers,
  output: string,
): { readonly activation: Activation; readonly logits: string } | null {
  const node = producers.get(goUp(output, producers, renaming))
  const [logits] = node?.input ?? []
  if (node === undefined || logits === undefined) return null
  if (node.op_type === 'Softmax') return { activation: 'softmax', logits }
  return node.op_type === 'Sigmoid' ? { activation: 'sigmoid', logits } : null
}

/** A graph that outputs the vector already, such as one of ours, is left as it is: a second value of that name would break it. */
function findEmbedding(
  { node }: OnnxModel['graph'],
  outputs: readonly OnnxValueInfo[],
  head: ReturnType<typeof findHead>,
  hasExternalFiles: boolean,
): OnnxClassifier['embedding'] {
  if (head === null) return null
  const existing = outputs.find(({ name }) => name === head.reads || name === exposedEmbeddingName)
  if (existing !== undefined) return { value: existing.name, dim: head.dim, isOutput: true }
  const isTaken = node.some(({ output }) => output.includes(exposedEmbeddingName))
  return isTaken || hasExternalFiles ? null : { value: head.reads, dim: head.dim, isOutput: false }
}

/** Nodes, tensors and values of a graph; the largest Vision Transformers have some thousand. */
const maxGraphParts = 200_000
/** Protobuf's own limit. */
export const maxGraphBytes = 2 ** 31 - 1

async function decode(file: string): Promise<OnnxModel> {
  const bytes = await reading(file, () => readRegular(file, maxGraphBytes))
  if (countGraphParts(bytes, maxGraphParts) > maxGraphParts)
    throw new ModelError(
      'model-unsupported',
      msg('{{file}} has more than {{limit}} parts, which no classifier has; use another model.', {
        file,
        limit: maxGraphParts,
      }),
    )
  try {
    const model = decodeModel(bytes)
    if (model.graph.node.length > 0) return model
  } catch (error) {
    throw new ModelError(
      'model-invalid',
      msg('{{file}} is damaged or no ONNX file; download or copy it again.', { file }),
      {
        cause: error,
      },
    )
  }
  throw new ModelError(
    'model-invalid',
    msg('{{file}} holds no ONNX graph; download or copy it again.', { file }),
  )
}

async function findExternalFiles(file: string, tensors: readonly OnnxTensor[]): Promise<readonly string[]> {
  const locations = new Set<string>()
  for (const { data_location: dataLocation, external_data: entries = [] } of tensors) {
    if (dataLocation === 1) locations.add(entries.find(({ key }) => key === 'location')?.value ?? '')
  }
  const files: string[] = []
  for (const location of [...locations].sort()) {
    // A model may name no file outside its folder: it would be read, and hashed, whatever it is.
    const isOutside = /^([a-z]:|[/\\])/i.test(location) || location.split(/[/\\]/).includes('..')
    if (location === '' || isOutside) {
      throw new ModelError(
        'model-invalid',
        msg(
          '{{file}} wants weights from "{{location}}", which is not in its folder; get another copy of the model.',
          { file, location },
        ),
      )
    }
    const external = join(dirname(file), location)
    if (!(await isFile(external))) {
      throw new ModelError(
        'model-missing',
        msg('{{file}} is missing, but {{model}} needs it; download it too.', { file: external, model: file }),
      )
    }
    files.push(external)
  }
  return files
}

function notClassifier(file: string, why: Message): ModelError {
  return new ModelError(
    'model-unsupported',
    msg('{{file}} is no image classifier: {{why}}; use another model.', { file, why }),
  )
}

function isFloat(value: OnnxValueInfo): boolean {
  const { elem_type: type } = value.type.tensor_type
  return type === onnxTypes.float32 || type === onnxTypes.float16
}

/** Dimensions of an input or output; null where one is dynamic. */
function dimsOf(value: OnnxValueInfo): (number | null)[] {
  const dims = value.type.tensor_type.shape?.dim ?? []
  return dims.map(({ dim_value: size, dim_param: name }) =>
    size !== undefined && size > 0 && (name === undefined || name === '') ? size : null,
  )
}

/** Operators between a head's matrix multiplication and its output, plain or quantised. */
const afterHead = new Set(['Add', 'Mul', 'Cast', 'Identity'])
const matrixOperators = new Set([
  'Gemm',
  'MatMul',
  'MatMulInteger',
  'DynamicQuantizeMatMul',
  'MatMulIntegerToFloat',
])
const beforeHead = new Set([
  'DynamicQuantizeLinear',
  'QuantizeLinear',
  'DequantizeLinear',
  'Cast',
  'Identity',
])
/** Operators that stand between a stored weight and its use. */
const onWeights = new Set(['Transpose', 'DequantizeLinear', 'Cast', 'Identity'])

function findHead(
  producers: Producers,
  initializers: ReadonlyMap<string, readonly number[]>,
  logits: string,
): { reads: string; dim: number; classes: number } | null {
  const follow = (value: string, through: ReadonlySet<string>): string =>
    goUp(
      value,
      producers,
      through,
      ({ input }) => input.find((name) => !initializers.has(name) && producers.has(name)) ?? input[0],
    )
  const matrix = producers.get(follow(logits, afterHead))
  if (matrix === undefined || !matrixOperators.has(matrix.op_type)) return null
  const [data, weight] = matrix.input
  const shape = initializers.get(follow(weight ?? '', onWeights))
  if (data === undefined || shape?.length !== 2) return null
  const [rows = 0, columns = 0] = shape
  const isTransposed =
    matrix.attribute.some(({ name, i }) => name === 'transB' && i === 1) !==
    (producers.get(weight ?? '')?.op_type === 'Transpose')
  const [dim, classes] = isTransposed ? [columns, rows] : [rows, columns]
  return { reads: follow(data, beforeHead), dim, classes }
}
