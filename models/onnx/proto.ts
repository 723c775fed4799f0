// The part of ONNX's protobuf schema that we read and write (field numbers: onnx/onnx.proto3, IR version 10).
import protobuf from 'protobufjs'

export interface OnnxDimension {
  dim_value?: number
  dim_param?: string
}
export interface OnnxValueInfo {
  name: string
  type: { tensor_type: { elem_type: number; shape?: { dim: OnnxDimension[] } } }
}
export interface OnnxAttribute {
  name: string
  f?: number
  i?: number
  ints?: number[]
  type: number
}
export interface OnnxNode {
  input: string[]
  output: string[]
  name: string
  op_type: string
  attribute: OnnxAttribute[]
  domain?: string
}
export interface OnnxTensor {
  dims: number[]
  data_type: number
  name: string
  raw_data?: Uint8Array
  external_data?: { key: string; value: string }[]
  /** 1 where the bytes lie in another file. */
  data_location?: number
}
export interface OnnxGraph {
  node: OnnxNode[]
  name: string
  initializer: OnnxTensor[]
  input: OnnxValueInfo[]
  output: OnnxValueInfo[]
  value_info: OnnxValueInfo[]
}
export interface OnnxModel {
  ir_version: number
  producer_name: string
  graph: OnnxGraph
  opset_import: { domain: string; version: number }[]
  metadata_props?: { key: string; value: string }[]
}
/** A message with any of its parts left out; see [Note: merged messages]. */
export type PartialModel = Omit<Partial<OnnxModel>, 'graph'> & { graph?: Partial<OnnxGraph> }

/** TensorProto.DataType of the types that we use. */
export const onnxTypes = { float32: 1, uint8: 2, int8: 3, int64: 7, float16: 10 } as const
export type OnnxType = keyof typeof onnxTypes

/** AttributeProto.AttributeType of the kinds that we write. */
export const attributeTypes = { float: 1, int: 2, ints: 7 } as const

const field = (type: string, id: number) => ({ type, id })
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id })
/** Keeps ONNX's own snake_case names, so that the descriptor can be compared with onnx.proto3 line by line. */
const message = (fields: Record<string, { type: string; id: number }>) => ({ fields })

const root = protobuf.Root.fromJSON(
  {
    nested: {
      ModelProto: message({
        ir_version: field('int64', 1),
        producer_name: field('string', 2),
        graph: field('GraphProto', 7),
        opset_import: repeated('OperatorSetIdProto', 8),
        metadata_props: repeated('StringStringEntryProto', 14),
      }),
      OperatorSetIdProto: message({ domain: field('string', 1), version: field('int64', 2) }),
      GraphProto: message({
        node: repeated('NodeProto', 1),
        name: field('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
        value_info: repeated('ValueInfoProto', 13),
      }),
      NodeProto: message({
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: field('string', 3),
        op_type: field('string', 4),
        attribute: repeated('AttributeProto', 5),
        domain: field('string', 7),
      }),
      AttributeProto: message({
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        ints: repeated('int64', 8),
        type: field('int32', 20),
      }),
      TensorProto: message({
        dims: repeated('int64', 1),
        data_type: field('int32', 2),
        name: field('string', 8),
        raw_data: field('bytes', 9),
        external_data: repeated('StringStringEntryProto', 13),
        data_location: field('int32', 14),
      }),
      StringStringEntryProto: message({ key: field('string', 1), value: field('string', 2) }),
      ValueInfoProto: message({ name: field('string', 1), type: field('TypeProto', 2) }),
      TypeProto: message({ tensor_type: field('TensorTypeProto', 1) }),
      TensorTypeProto: message({ elem_type: field('int32', 1), shape: field('TensorShapeProto', 2) }),
      TensorShapeProto: message({ dim: repeated('DimensionProto', 1) }),
      DimensionProto: message({ dim_value: field('int64', 1), dim_param: field('string', 2) }),
    },
  },
  new protobuf.Root(),
)

const modelType = root.lookupType('ModelProto')

/**
 * Encodes a model, or a part of one.
 *
 * [Note: merged messages] Protobuf readers merge messages which stand one after the other: sub-messages are merged
 * and repeated fields appended. So a graph is written to disk one tensor at a time, each as a model that holds
 * nothing else, and an output is added to another program's file by appending a few bytes, whatever else is in it.
 */
export function encodeModel(model: PartialModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish()
}

/** Decodes the fields above; tensors' bytes stay views of `bytes`. Throws Error where `bytes` is not protobuf. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const decoded = modelType.toObject(modelType.decode(bytes), { longs: Number, defaults: true, arrays: true })
  return decoded as OnnxModel
}

const graphTag = (7 << 3) | 2

/**
 * Counts nodes, tensors and values without decoding them, up to one more than `limit`: decoded, each takes a hundred
 * times its bytes. Counts what it can of bytes that are not protobuf.
 */
export function countGraphParts(bytes: Uint8Array, limit: number): number {
  const reader = protobuf.Reader.create(bytes)
  let parts = 0
  try {
    while (reader.pos < reader.len && parts <= limit) {
      const tag = reader.uint32()
      if (tag !== graphTag) reader.skipType(tag & 7)
      else
        for (const end = reader.uint32() + reader.pos; reader.pos < end && parts <= limit; parts++)
          reader.skipType(reader.uint32() & 7)
    }
  } catch {
    // Decoding says what is wrong.
  }
  return parts
}
