// A ViT's layers as graph nodes, with their weights stored in the chosen precision.
import { embeddingDim, type Architecture } from './architecture.ts'
import { bytesOf, type GraphBuilder } from './graph-builder.ts'
import { toFloat16 } from './half-float.ts'
import type { Precision } from './precision.ts'
import { quantiseRows } from './quantise.ts'
import type { LinearPart, VitWeights } from './vit-weights.ts'

export type Layers = ReturnType<typeof createLayers>

const microsoft = 'com.microsoft'

export function createLayers(g: GraphBuilder, arch: Architecture, weights: VitWeights, precision: Precision) {
  const { dim, mlpDim } = arch
  const widths: Readonly<Record<LinearPart, readonly [number, number]>> = {
    q: [dim, dim],
    k: [dim, dim],
    v: [dim, dim],
    proj: [dim, dim],
    fc1: [mlpDim, dim],
    fc2: [dim, mlpDim],
  }

  const float32 = (name: string, dims: readonly number[], load: () => Promise<Float32Array>): string =>
    g.tensor(name, { type: 'float32', dims, load: async () => bytesOf(await load()) })

  /** A large tensor; stored as float16 it is cast back, once, when the session is opened. */
  const large = (name: string, dims: readonly number[], load: () => Promise<Float32Array>): string => {
    if (precision !== 'fp16') return float32(name, dims, load)
    const stored = g.tensor(name, {
      type: 'float16',
      dims,
      load: async () => bytesOf(toFloat16(await load())),
    })
    return g.node('Cast', [stored], { attributes: { to: 1 } })
  }

  const norm = (
    x: string,
    name: string,
    load: (kind: 'weight' | 'bias') => Promise<Float32Array>,
  ): string => {
    const inputs = (['weight', 'bias'] as const).map((kind) =>
      float32(`${name}.${kind}`, [dim], () => load(kind)),
    )
    return g.node('LayerNormalization', [x, ...inputs], {
      attributes: { epsilon: { float: arch.normEpsilon } },
    })
  }

  const gemm = (x: string, weight: string, bias: string, output?: string): string =>
    g.node('Gemm', [x, weight, bias], {
      attributes: { transB: 1 },
      ...(output === undefined ? {} : { outputs: [output] }),
    })

  const floatLinear = (block: number, part: LinearPart, x: string): string => {
    const name = `blocks.${block}.${part}`
    const weight = large(`${name}.weight`, widths[part], () => weights.linear(block, part, 'weight'))
    return gemm(x, weight, linearBias(block, part))
  }

  const linearBias = (block: number, part: LinearPart): string =>
    float32(`blocks.${block}.${part}.bias`, [widths[part][0]], () => weights.linear(block, part, 'bias'))

  /** Weight [in, out] in 8 bits, one scale for each output; activations are quantised as they come. */
  const int8Linear = (block: number, part: LinearPart, x: string): string => {
    const name = `blocks.${block}.${part}`
    const [rows, columns] = widths[part]
    const load = async () => quantiseRows(await weights.linear(block, part, 'weight'), rows, columns)
    const weight = g.tensor(`${name}.weight`, {
      type: 'int8',
      dims: [columns, rows],
      load: async () => bytesOf((await load()).values),
    })
    const scale = float32(`${name}.scale`, [rows], async () => (await load()).scales)
    return g.node('DynamicQuantizeMatMul', [x, weight, scale, '', linearBias(block, part)], {
      domain: microsoft,
    })
  }
  /**
   * [Note: int8] The MLP's second matrix stays float32: what GELU lets through has a few huge values, and with one scale
   * for them all the rest is rounded away. On ViT-Ti and 250 photos the first label then agrees with float32's for
   * 99 % instead of 89 %.
   */
  const linear = (block: number, part: LinearPart, x: string): string =>
    precision === 'int8' && part !== 'fc2' ? int8Linear(block, part, x) : floatLinear(block, part, x)

  return {
    linear,

    norm: (block: number, which: 'norm1' | 'norm2', x: string): string =>
      norm(x, `blocks.${block}.${which}`, (kind) => weights.norm(block, which, kind)),

    finalNorm: (x: string): string => norm(x, 'norm', weights.finalNorm),

    patchWeights: (): [string, string] => [
      large('patch.weight', [dim, 3, arch.patchPx, arch.patchPx], () => weights.patch('weight')),
      float32('patch.bias', [dim], () => weights.patch('bias')),
    ],

    positions: (tokens: number, rows: number, columns: number): string =>
      large('positions', [1, tokens, dim], () => weights.positions(rows, columns)),

    head(x: string, output: string): void {
      const width = embeddingDim(arch)
      const weight = large('head.weight', [arch.classes, width], () => weights.head('weight'))
      gemm(
        x,
        weight,
        float32('head.bias', [arch.classes], () => weights.head('bias')),
        output,
      )
    },
  }
}
