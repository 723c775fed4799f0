// Replaces the head of a graph whose embedding is known: what only the old head needed is removed, the rest is copied byte for byte.
import { msg, type Message } from '../../electron/texts/message.ts'
import { bytesOf } from '../tensor.ts'
import { ModelError } from '../model-error.ts'
import { exposedEmbeddingName } from '../onnx/classifier.ts'
import { attributeTypes, decodeModel, encodeModel, onnxTypes } from '../onnx/proto.ts'
import type { OnnxGraph, OnnxModel, OnnxValueInfo } from '../onnx/proto.ts'
import { castEmbedding } from '../prepare.ts'
import { dimOf, type NewHead } from './head.ts'
import { messageHeader, readFields, type Field } from './onnx-fields.ts'

/** Fields of ModelProto and GraphProto by their numbers in onnx.proto3. */
const modelFields = { graph: 7, metadata: 14 } as const
const graphFields = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const
/** Attributes that hold graphs, which use values of the graph around them without saying so. */
const graphAttributes = new Set([5, 10])
/** From this version on, weights need not be inputs too. */
const minIrVersion = 4

const names = {
  logits: 'logits',
  probabilities: 'probabilities',
  weight: 'labelroom.head.weight',
  bias: 'labelroom.head.bias',
  temperature: 'labelroom.temperature',
  calibrated: 'labelroom.calibrated',
} as const

/**
 * The pieces of a file in which `head` reads the value `embedding` of the graph in `bytes`.
 * @throws ModelError where the graph keeps weights in further files, has branches, or uses our names itself.
 */
export function replaceHead(
  file: string,
  bytes: Uint8Array,
  embedding: string,
  head: NewHead,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const refuse = (why: Message) =>
    new ModelError(
      'model-unsupported',
      msg('{{file}} cannot take another head: {{why}}. Export a checkpoint instead.', { file, why }),
    )
  const model = decodeModel(bytes)
  const { node, initializer } = model.graph
  if (initializer.some(({ data_location: dataLocation }) => dataLocation === 1))
    throw refuse(msg('it keeps weights in further files'))
  if (node.some(({ attribute }) => attribute.some(({ type }) => graphAttributes.has(type))))
    throw refuse(msg('its graph has branches'))
  const needed = findNeeded(model.graph, embedding)
  const isOwnName = embedding === exposedEmbeddingName
  const taken = [...Object.values(names), ...(isOwnName ? [] : [exposedEmbeddingName])]
  for (const name of taken)
    if (needed.has(name)) throw refuse(msg('a value that it needs is named {{name}}', { name }))

  const kept: Uint8Array[] = []
  const others: Uint8Array[] = []
  const isKept = createFilter(model.graph, needed)
  for (const field of readFields(bytes)) {
    if (field.number === modelFields.graph) {
      for (const part of readFields(field.content)) if (isKept(part)) kept.push(part.bytes)
    } else if (field.number !== modelFields.metadata) others.push(field.bytes)
  }
  const length = kept.reduce((sum, part) => sum + part.length, 0)
  const added = headGraph(head)
  const addition = encodeModel({
    ...irVersion(model),
    graph: { ...added, node: [...(isOwnName ? [] : [castEmbedding(embedding)]), ...added.node] },
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })
  return [...others, messageHeader(modelFields.graph, length), ...kept, addition]
}

const irVersion = ({ ir_version: version }: OnnxModel) =>
  version < minIrVersion ? { ir_version: minIrVersion } : {}

/** Names of all values that the embedding is computed from, itself included. */
function findNeeded({ node }: OnnxGraph, embedding: string): Set<string> {
  const needed = new Set([embedding])
  // Nodes stand in the order in which they can be computed.
  for (const { input, output } of node.toReversed())
    if (output.some((name) => needed.has(name))) for (const name of input) needed.add(name)
  return needed
}

/** Whether a part of the graph stays; asked in the order of the parts, which is that of the decoded ones. */
function createFilter(graph: OnnxGraph, needed: ReadonlySet<string>): (part: Field) => boolean {
  const next = { node: 0, initializer: 0, input: 0 }
  const weights = new Set(graph.initializer.map(({ name }) => name))
  return ({ number }) => {
    if (number === graphFields.node)
      return graph.node[next.node++]?.output.some((name) => needed.has(name)) ?? false
    if (number === graphFields.initializer)
      return needed.has(graph.initializer[next.initializer++]?.name ?? '')
    if (number === graphFields.input) {
      const name = graph.input[next.input++]?.name ?? ''
      return !weights.has(name) || needed.has(name)
    }
    return number !== graphFields.output && number !== graphFields.valueInfo
  }
}

/** From the embedding to `logits`, as the head was trained, and `probabilities`, which are calibrated. */
function headGraph(head: NewHead): Pick<OnnxGraph, 'node' | 'initializer' | 'output'> {
  const { weights, bias, scores } = head
  const [classes, dim] = [head.labels.length, dimOf(head)]
  const tensor = (name: string, dims: number[], values: Float32Array) => ({
    ...{ name, dims, data_type: onnxTypes.float32 },
    raw_data: bytesOf(values),
  })
  const node = (
    op_type: string,
    input: string[],
    output: string,
    attributes: Record<string, number> = {},
  ) => ({
    ...{ op_type, input, output: [output], name: `labelroom_${op_type}` },
    attribute: Object.entries(attributes).map(([name, i]) => ({ name, i, type: attributeTypes.int })),
  })
  return {
    initializer: [
      tensor(names.weight, [classes, dim], weights),
      tensor(names.bias, [classes], bias),
      tensor(names.temperature, [1], Float32Array.of(scores.temperature)),
    ],
    node: [
      node('Gemm', [exposedEmbeddingName, names.weight, names.bias], names.logits, { transB: 1 }),
      node('Div', [names.logits, names.temperature], names.calibrated),
      scores.activation === 'softmax'
        ? node('Softmax', [names.calibrated], names.probabilities, { axis: 1 })
        : node('Sigmoid', [names.calibrated], names.probabilities),
    ],
    output: [
      floatRows(names.logits, classes),
      floatRows(names.probabilities, classes),
      floatRows(exposedEmbeddingName, dim),
    ],
  }
}

/** float32 [N, width]. */
function floatRows(name: string, width: number): OnnxValueInfo {
  const shape = { dim: [{ dim_param: 'N' }, { dim_value: width }] }
  return { name, type: { tensor_type: { elem_type: onnxTypes.float32, shape } } }
}
