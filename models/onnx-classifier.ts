// Checks that a ready ONNX file is an image classifier, and finds the vector that its head reads.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isFile, reading } from './files.ts'
import type { ScoreRule } from './model-config.ts'
import { ModelError } from './model-error.ts'
import {
  decodeModel,
  onnxTypes,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './onnx-proto.ts'

export interface OnnxClassifier {
  readonly inputName: string
  readonly logitsName: string
  /** Where the graph ends in a softmax or sigmoid: which one, and the value with the logits, which is no output. */
  readonly ending: { readonly activation: ScoreRule['activation']; readonly logits: string } | null
  readonly classes: number
  /** Null where the graph takes any size. */
  readonly inputPx: { readonly height: number; readonly width: number } | null
  /**
   * The value [N, dim] that the last matrix multiplication reads, where one was found. Null too where weights lie in
   * further files: their places are relative to the graph, so that it cannot be copied to have its embedding exposed.
   */
  readonly embedding: { readonly value: string; readonly dim: number; readonly isOutput: boolean } | null
  /** Further files beside this one that hold weights, absolute where the graph's own path is. */
  readonly externalFiles: readonly string[]
}

/**
 * Reads an ONNX file and checks it.
 * @throws ModelError `model-invalid` where it is damaged, `model-unsupported` where it is no image classifier,
 * `model-missing` where a file with its weights is not there.
 */
export async function readOnnxClassifier(file: string): Promise<OnnxClassifier> {
  const { graph } = await decode(file)
  const initializers = new Map(graph.initializer.map(({ name, dims }) => [name, dims]))
  const inputs = graph.input.filter(({ name }) => !initializers.has(name))
  const [input] = inputs
  const dims = input === undefined ? [] : dimsOf(input)
  const [, channels = null, height = null, width = null] = dims
  if (
    input === undefined ||
    inputs.length !== 1 ||
    !isFloat(input) ||
    dims.length !== 4 ||
    (channels ?? 3) !== 3
  ) {
    throw notClassifier(file, 'it does not take one float32 image [N, 3, height, width]')
  }
  const candidates = graph.output.filter((output) => isFloat(output) && dimsOf(output).length === 2)
  const output = candidates.find(({ name }) => name === 'logits') ?? candidates[0]
  if (output === undefined) throw notClassifier(file, 'it has no float32 output [N, classes]')
  const ending = findEnding(graph.node, output.name)
  const head = findHead(graph.node, initializers, ending?.logits ?? output.name)
  const classes = dimsOf(output)[1] ?? head?.classes
  if (classes === undefined)
    throw notClassifier(file, `the number of classes of its output ${output.name} is unknown`)
  const externalFiles = await findExternalFiles(file, graph.initializer)
  if (ending !== null && externalFiles.length > 0) {
    throw notClassifier(
      file,
      'its output is probabilities, whose logits cannot be had where weights lie in further files',
    )
  }
  return {
    inputName: input.name,
    logitsName: output.name,
    ending,
    classes,
    inputPx: height === null || width === null ? null : { height, width },
    embedding: findEmbedding(graph, candidates, head, externalFiles.length > 0),
    externalFiles,
  }
}

/** Under these names the vector that the head reads, and logits before a softmax, are made outputs. */
export const exposedEmbeddingName = 'cls_embedding'
export const exposedLogitsName = 'labelroom.logits'

/** Whether an output is probabilities: another softmax on top of them would make every score wrong. */
function findEnding(nodes: readonly OnnxNode[], output: string): OnnxClassifier['ending'] {
  const node = nodes.find((one) => one.output.includes(output))
  const [from] = node?.input ?? []
  if (node === undefined || from === undefined) return null
  if (node.op_type === 'Softmax') return { activation: 'softmax', logits: from }
  if (node.op_type === 'Sigmoid') return { activation: 'sigmoid', logits: from }
  return node.op_type === 'Identity' || node.op_type === 'Cast' ? findEnding(nodes, from) : null
}

/** A graph that gives the vector already, such as one of ours, needs nothing added; a second value of the name would break it. */
function findEmbedding(
  { node }: OnnxModel['graph'],
  outputs: readonly OnnxValueInfo[],
  head: ReturnType<typeof findHead>,
  hasExternalFiles: boolean,
): OnnxClassifier['embedding'] {
  if (head === null) return null
  const given = outputs.find(({ name }) => name === head.reads || name === exposedEmbeddingName)
  if (given !== undefined) return { value: given.name, dim: head.dim, isOutput: true }
  const isTaken = node.some(({ output }) => output.includes(exposedEmbeddingName))
  return isTaken || hasExternalFiles ? null : { value: head.reads, dim: head.dim, isOutput: false }
}

async function decode(file: string): Promise<OnnxModel> {
  const bytes = await reading(file, () => readFile(file))
  try {
    const model = decodeModel(bytes)
    if (model.graph.node.length > 0) return model
  } catch (error) {
    throw new ModelError('model-invalid', `${file} is damaged or no ONNX file; download or copy it again.`, {
      cause: error,
    })
  }
  throw new ModelError('model-invalid', `${file} holds no ONNX graph; download or copy it again.`)
}

async function findExternalFiles(file: string, tensors: readonly OnnxTensor[]): Promise<readonly string[]> {
  const locations = new Set<string>()
  for (const { data_location: place, external_data: entries = [] } of tensors) {
    if (place === 1) locations.add(entries.find(({ key }) => key === 'location')?.value ?? '')
  }
  const files: string[] = []
  for (const location of [...locations].sort()) {
    // A model may name no file outside its folder: it would be read, and hashed, whatever it is.
    const isOutside = /^([a-z]:|[/\\])/i.test(location) || location.split(/[/\\]/).includes('..')
    if (location === '' || isOutside) {
      throw new ModelError(
        'model-invalid',
        `${file} wants weights from "${location}", which is not in its folder; get another copy of the model.`,
      )
    }
    const external = join(dirname(file), location)
    if (!(await isFile(external))) {
      throw new ModelError('model-missing', `${external} is missing, but ${file} needs it; download it too.`)
    }
    files.push(external)
  }
  return files
}

function notClassifier(file: string, why: string): ModelError {
  return new ModelError('model-unsupported', `${file} is no image classifier: ${why}; use another model.`)
}

function isFloat(value: OnnxValueInfo): boolean {
  return value.type.tensor_type.elem_type === onnxTypes.float32
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
  nodes: readonly OnnxNode[],
  initializers: ReadonlyMap<string, readonly number[]>,
  logits: string,
): { reads: string; dim: number; classes: number } | null {
  const producers = new Map(nodes.flatMap((node) => node.output.map((output) => [output, node] as const)))
  const follow = (value: string, through: ReadonlySet<string>): string => {
    const node = producers.get(value)
    if (node === undefined || !through.has(node.op_type)) return value
    const next = node.input.find((name) => !initializers.has(name) && producers.has(name)) ?? node.input[0]
    return next === undefined ? value : follow(next, through)
  }
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
