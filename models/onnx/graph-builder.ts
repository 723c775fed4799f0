// Collects nodes and tensors of an ONNX graph and writes them to a file, one tensor in memory at a time.
import { open } from 'node:fs/promises'
import { bytesOf, elementCount } from '../tensor.ts'
import { attributeTypes, encodeModel, onnxTypes, type OnnxAttribute, type OnnxDimension } from './proto.ts'
import type { OnnxNode, OnnxType, OnnxValueInfo } from './proto.ts'

/** An operator's attributes; JavaScript has one number type, so a float is marked as one. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>

/** A tensor whose little-endian bytes are loaded when the file is written. */
export interface TensorToWrite {
  readonly type: OnnxType
  readonly dims: readonly number[]
  readonly load: () => Uint8Array | Promise<Uint8Array>
}

interface NodeOptions {
  readonly attributes?: Attributes
  /** '' is ONNX itself, 'com.microsoft' the runtime's own operators. */
  readonly domain?: string
  readonly outputs?: readonly string[]
}

export type GraphBuilder = ReturnType<typeof createGraph>

/** An empty graph. Values are named by the caller, or numbered where no name is passed. */
export function createGraph(name: string) {
  const nodes: OnnxNode[] = []
  const inputs: OnnxValueInfo[] = []
  const outputs: OnnxValueInfo[] = []
  const tensors = new Map<string, TensorToWrite>()

  return {
    /** Appends a node and returns the name of its first output. An input '' is an optional one left out. */
    node(operator: string, nodeInputs: readonly string[], options: NodeOptions = {}): string {
      const nodeName = `${operator}_${nodes.length}`
      const output = options.outputs ?? [`${nodeName}_out`]
      nodes.push({
        input: [...nodeInputs],
        output: [...output],
        name: nodeName,
        op_type: operator,
        attribute: Object.entries(options.attributes ?? {}).map(toAttribute),
        domain: options.domain ?? '',
      })
      return output[0] ?? ''
    },

    /** Registers a weight once under its name and returns the name. */
    tensor(tensorName: string, tensor: TensorToWrite): string {
      if (!tensors.has(tensorName)) tensors.set(tensorName, tensor)
      return tensorName
    },

    /** A small float32 constant, named by its use. */
    floats(tensorName: string, dims: readonly number[], values: Float32Array): string {
      return this.tensor(tensorName, { type: 'float32', dims, load: () => bytesOf(values) })
    },

    /** A small 1-D int64 constant, named by its values so that equal ones are shared. */
    ints(...values: number[]): string {
      const data = BigInt64Array.from(values, BigInt)
      const tensorName = `ints_${values.join('_')}`
      return this.tensor(tensorName, { type: 'int64', dims: [values.length], load: () => bytesOf(data) })
    },

    /** Adds an input; a dimension that is a string is dynamic. Returns its name. */
    input(inputName: string, dims: readonly (number | string)[], type: OnnxType = 'float32'): string {
      inputs.push(valueOf(inputName, dims, type))
      return inputName
    },

    /** Makes the value of this name a float32 output. */
    output(outputName: string, dims: readonly (number | string)[]): void {
      outputs.push(valueOf(outputName, dims, 'float32'))
    },

    /** Bytes of all tensors together. */
    tensorBytes(): number {
      let sum = 0
      for (const { type, dims } of tensors.values()) sum += bytesPerElement[type] * elementCount(dims)
      return sum
    },

    /** Writes the graph; see [Note: merged messages] for why it need not be in memory at once. */
    async write(file: string): Promise<void> {
      const handle = await open(file, 'w')
      const pending: Uint8Array[] = []
      let pendingBytes = 0
      const flush = async () => {
        await handle.appendFile(Buffer.concat(pending.splice(0)))
        pendingBytes = 0
      }
      const append = async (part: Uint8Array) => {
        pending.push(part)
        pendingBytes += part.length
        if (pendingBytes >= writtenAtOnceBytes) await flush()
      }
      try {
        const header = {
          ir_version: 10,
          producer_name: 'labelroom',
          opset_import: [
            { domain: '', version: 20 },
            { domain: 'com.microsoft', version: 1 },
          ],
          graph: { name, node: nodes, input: inputs, output: outputs },
        }
        await append(encodeModel(header))
        for (const [tensorName, { type, dims, load }] of tensors) {
          const tensor = {
            name: tensorName,
            data_type: onnxTypes[type],
            dims: [...dims],
            raw_data: await load(),
          }
          await append(encodeModel({ graph: { initializer: [tensor] } }))
        }
        await flush()
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

/** Most tensors are biases of a few kilobytes: a write for each would take longer than making them. */
const writtenAtOnceBytes = 1 << 20

const bytesPerElement: Readonly<Record<OnnxType, number>> = {
  float32: 4,
  float16: 2,
  uint8: 1,
  int8: 1,
  int64: 8,
}

function toAttribute([name, value]: [string, Attributes[string]]): OnnxAttribute {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int }
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float }
  return { name, ints: [...value], type: attributeTypes.ints }
}

function valueOf(name: string, dims: readonly (number | string)[], type: OnnxType): OnnxValueInfo {
  const dim = dims.map((size): OnnxDimension =>
    typeof size === 'number' ? { dim_value: size } : { dim_param: size },
  )
  return { name, type: { tensor_type: { elem_type: onnxTypes[type], shape: { dim } } } }
}
