// The layers that encoders are built of, as graph nodes with their weights in the chosen precision.
import { toFloat16 } from '../checkpoint/half-float.ts'
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import { quantiseRows, type Precision } from '../onnx/precision.ts'
import { bytesOf } from '../tensor.ts'
import type { Load, Weights } from './weights.ts'

export type Layers = ReturnType<typeof createLayers>

/** `layer`: LayerNorm; `rms`: RMSNorm, which has no bias and subtracts no mean. */
export interface Norm {
  readonly kind: 'layer' | 'rms'
  readonly epsilon: number
}

/** `gelu` is the exact one, `gelu-tanh` its usual approximation, `quick-gelu` is x * sigmoid(1.702 x). */
export type Activation = 'gelu' | 'gelu-tanh' | 'quick-gelu' | 'silu' | 'relu'

export interface LinearOptions {
  /** The tensor that the outputs are multiplied by (layer scale); it becomes part of the weights. */
  readonly scale?: string
  /** The order of the outputs: the new row i is the stored row `order[i]`. */
  readonly order?: readonly number[]
  /** The name of the graph's value. */
  readonly output?: string
  /** Stays float32 in int8; see [Note: int8]. */
  readonly isSensitive?: boolean
}

const microsoft = 'com.microsoft'

/**
 * Layers by the names of their tensors (see NamedTensors), so `linear(x, 'blocks.0.mlp.fc1', [3072, 768])` reads
 * `blocks.0.mlp.fc1.weight` and, where there is one, `blocks.0.mlp.fc1.bias`. Matrices are [out, in], as PyTorch stores
 * them; each weight is read when the graph is written. Values are known by their names; all activations are float32.
 */
export function createLayers(g: GraphBuilder, weights: Weights, precision: Precision) {
  const float32 = (name: string, dims: readonly number[], load: Load): string =>
    g.tensor(name, { type: 'float32', dims, load: async () => bytesOf(await load()) })

  /** A large tensor; where it is stored as float16, it is cast back to float32 once, when the session is opened. */
  const large = (name: string, dims: readonly number[], load: Load): string => {
    if (precision !== 'fp16') return float32(name, dims, load)
    const stored = g.tensor(name, {
      type: 'float16',
      dims,
      load: async () => bytesOf(toFloat16(await load())),
    })
    return g.node('Cast', [stored], { attributes: { to: 1 } })
  }

  const gemm = (x: string, weight: string, bias: string, output?: string): string =>
    g.node('Gemm', [x, weight, ...(bias === '' ? [] : [bias])], {
      attributes: { transB: 1 },
      ...(output === undefined ? {} : { outputs: [output] }),
    })

  const scaledRows = new Map<string, { readonly scales: string; readonly rows: string }>()
  /**
   * x [rows, in] -> the largest absolute value of each row [rows, 1], never 0, and the rows divided by it. Queries, keys
   * and values read the same rows, which are divided once for all of them.
   */
  const divideByScales = (x: string) => {
    const known = scaledRows.get(x)
    if (known !== undefined) return known
    const largest = g.node('ReduceMax', [g.node('Abs', [x]), g.ints(-1)], { attributes: { keepdims: 1 } })
    const scales = g.node('Max', [largest, g.floats('least_scale', [1], Float32Array.of(1e-12))])
    const divided = { scales, rows: g.node('Div', [x, scales]) }
    scaledRows.set(x, divided)
    return divided
  }

  /** Weight [in, out] in 8 bits, one scale for each output; activations are quantised at run time, see [Note: int8]. */
  const int8Gemm = (
    x: string,
    name: string,
    [rows, columns]: readonly [number, number],
    loadWeight: Load,
    bias: string,
  ) => {
    const load = async () => quantiseRows(await loadWeight(), rows, columns)
    const weight = g.tensor(`${name}.weight`, {
      type: 'int8',
      dims: [columns, rows],
      load: async () => bytesOf((await load()).values),
    })
    const scale = float32(`${name}.scale`, [rows], async () => (await load()).scales)
    const { scales, rows: divided } = divideByScales(x)
    const product = g.node('DynamicQuantizeMatMul', [divided, weight, scale], { domain: microsoft })
    const scaled = g.node('Mul', [product, scales])
    return bias === '' ? scaled : g.node('Add', [scaled, bias])
  }

  return {
    /** A weight as it is stored: small ones in float32. */
    tensor: (name: string, dims: readonly number[]): string => float32(name, dims, weights.take(name, dims)),

    /** A large weight, in the precision of the graph. `load` where it is not what is stored. */
    large: (name: string, dims: readonly number[], load: Load = weights.take(name, dims)): string =>
      large(name, dims, load),

    /**
     * x [rows, in] -> [rows, out]: x W' + b.
     *
     * [Note: int8] The MLP's last matrix stays float32 (`isSensitive`): what the activation lets through has a few huge
     * values, and with one scale for them all the rest is rounded away. On ViT-Ti and 250 photos the first label then
     * agrees with float32's for 99 % instead of 89 %. The operator has one scale for all activations: each row (a token)
     * is divided by its largest value before, so that quiet tokens keep their digits beside a loud one.
     */
    linear(x: string, name: string, dims: readonly [number, number], options: LinearOptions = {}): string {
      const { scale, order, output, isSensitive = false } = options
      const loadScale = scale === undefined ? null : weights.take(scale, [dims[0]])
      const adapt =
        (load: Load): Load =>
        async () => {
          const rows = inOrder(await load(), order)
          return loadScale === null ? rows : scaleRows(rows, await loadScale())
        }
      const loadWeight = adapt(weights.take(`${name}.weight`, dims))
      const bias = weights.has(`${name}.bias`)
        ? float32(`${name}.bias`, [dims[0]], adapt(weights.take(`${name}.bias`, [dims[0]])))
        : ''
      if (precision === 'int8' && !isSensitive && output === undefined)
        return int8Gemm(x, name, dims, loadWeight, bias)
      return gemm(x, large(`${name}.weight`, dims, loadWeight), bias, output)
    },

    /** The same with weights that are made of several tensors; always in float32 or float16. */
    gemm: (
      x: string,
      name: string,
      dims: readonly [number, number],
      load: { weight: Load; bias: Load },
      output: string,
    ) =>
      gemm(
        x,
        large(`${name}.weight`, dims, load.weight),
        float32(`${name}.bias`, [dims[0]], load.bias),
        output,
      ),

    /** x [..., width] -> the same shape, normalised over its last dimension. */
    norm(x: string, name: string, width: number, { kind, epsilon }: Norm, order?: readonly number[]): string {
      const inputs = (kind === 'layer' ? ['weight', 'bias'] : ['weight']).map((part) => {
        const load = weights.take(`${name}.${part}`, [width])
        return float32(`${name}.${part}`, [width], async () => inOrder(await load(), order))
      })
      const operator = kind === 'layer' ? 'LayerNormalization' : 'SimplifiedLayerNormalization'
      return g.node(operator, [x, ...inputs], { attributes: { axis: -1, epsilon: { float: epsilon } } })
    },

    activate(x: string, activation: Activation): string {
      const quick = (alpha: number) =>
        g.node('QuickGelu', [x], { domain: microsoft, attributes: { alpha: { float: alpha } } })
      if (activation === 'gelu') return g.node('Gelu', [x])
      if (activation === 'gelu-tanh') return g.node('FastGelu', [x], { domain: microsoft })
      if (activation === 'relu') return g.node('Relu', [x])
      return quick(activation === 'silu' ? 1 : 1.702)
    },
  }
}

function inOrder(values: Float32Array, order: readonly number[] | undefined): Float32Array {
  if (order === undefined) return values
  const width = values.length / order.length
  const moved = new Float32Array(values.length)
  order.forEach((from, to) => moved.set(values.subarray(from * width, (from + 1) * width), to * width))
  return moved
}

/** A layer scale follows the projection, so it can be multiplied in: s(Wx + b) = (sW)x + sb. */
function scaleRows(values: Float32Array, scale: Float32Array): Float32Array {
  const perRow = values.length / scale.length
  return values.map((value, i) => value * (scale[Math.floor(i / perRow)] ?? 1))
}
