// Multi-head self-attention: the runtime's fused operator, or single steps where the probabilities are wanted.
import { joinRows, firstTokens, splitRows, type Encoder } from './encoder.ts'

/** Where an attention stands: its block, the path of its tensors, and what its projection is scaled by. */
export interface AttentionPlace {
  readonly block: number
  /** Such as `blocks.0.attn`. */
  readonly name: string
  /** The tensor of the layer scale; undefined: none. */
  readonly scale?: string | undefined
  /** The name of the probabilities, where they are wanted. */
  readonly probabilities?: string | undefined
}

/**
 * Attention of the first `queries` tokens over all, and its projection: x [N * tokens, dim] -> [N * queries, dim]. What
 * a block may have beyond the usual shows in its tensors: norms of queries and keys (`q_norm`, `k_norm`), of what is
 * collected (`norm`), and a gate.
 */
export function attention(
  encoder: Encoder,
  { block, name, scale, probabilities }: AttentionPlace,
  x: string,
  queries: number | string,
): string {
  const { g, layers, arch } = encoder
  const { dim, attentionDim } = arch
  const asking = firstTokens(encoder, x, queries)
  const q = project(encoder, block, name, 'q', asking, queries)
  const k = project(encoder, block, name, 'k', x, encoder.tokens)
  const v = project(encoder, block, name, 'v', x, encoder.tokens)
  const bias = encoder.scoreBias?.(block, queries) ?? null
  let mixed = encoder.withAttention
    ? explicit(encoder, [q, k, v], bias, probabilities)
    : fused(encoder, [q, k, v], bias)
  const has = (part: string) => arch.parts.has(`${partOf(name)}.${part}`)
  if (has('norm.weight')) mixed = layers.norm(mixed, `${name}.norm`, attentionDim, arch.norm)
  if (has('gate.weight')) {
    const gate = g.node('Sigmoid', [layers.linear(asking, `${name}.gate`, [attentionDim, dim])])
    mixed = g.node('Mul', [mixed, gate])
  }
  return layers.linear(mixed, `${name}.proj`, [dim, attentionDim], scale === undefined ? {} : { scale })
}

/** The path within a block: `blocks.3.attn` -> `attn`. */
export const partOf = (name: string): string => name.replace(/^blocks\.\d+\./, '')

/** Queries, keys or values: x [N * count, dim] -> [N, count, attentionDim]. */
function project(
  encoder: Encoder,
  block: number,
  name: string,
  part: 'q' | 'k' | 'v',
  x: string,
  count: number | string,
): string {
  const { g, layers, arch, rotate, headOrder } = encoder
  const { dim, heads, attentionDim } = arch
  const order = part === 'v' ? undefined : headOrder
  const headDim = attentionDim / heads
  let projected = layers.linear(
    x,
    `${name}.${part}`,
    [attentionDim, dim],
    order === undefined ? {} : { order: orderOfAllHeads(order, heads) },
  )
  if (part !== 'v' && arch.parts.has(`${partOf(name)}.${part}_norm.weight`)) {
    const perHead = g.node('Reshape', [projected, g.ints(-1, headDim)])
    projected = layers.norm(perHead, `${name}.${part}_norm`, headDim, arch.norm, order)
  }
  const photos = splitRows(encoder, projected, count, attentionDim)
  return part === 'v' || rotate === undefined ? photos : rotate(block, photos)
}

const orderOfAllHeads = (order: readonly number[], heads: number): number[] =>
  Array.from({ length: heads }, (_, head) => order.map((at) => head * order.length + at)).flat()

type Projections = readonly [q: string, k: string, v: string]

/** The runtime's own operator: [N, count, attentionDim] each -> [N * queries, attentionDim]. */
function fused(encoder: Encoder, projections: Projections, bias: string | null): string {
  const { g, arch, keyMask = '', isCausal = false } = encoder
  const masks = bias !== null ? ['', keyMask, bias] : keyMask === '' ? [] : ['', keyMask]
  const mixed = g.node('MultiHeadAttention', [...projections, ...masks], {
    domain: 'com.microsoft',
    attributes: { num_heads: arch.heads, ...(isCausal ? { unidirectional: 1 } : {}) },
  })
  return joinRows(encoder, mixed, arch.attentionDim)
}

/** The same in single steps, with the probabilities [N, heads, queries, tokens] as an output. */
function explicit(
  encoder: Encoder,
  [q, k, v]: Projections,
  bias: string | null,
  probabilitiesName: string | undefined,
): string {
  const { g, arch } = encoder
  const { heads, attentionDim } = arch
  const headDim = attentionDim / heads
  const toHeads = (x: string, perm: readonly number[]) =>
    g.node('Transpose', [g.node('Reshape', [x, g.ints(0, 0, heads, headDim)])], { attributes: { perm } })
  const scale = g.floats('attention_scale', [], Float32Array.of(headDim ** -0.5))
  const products = g.node('MatMul', [
    g.node('Mul', [toHeads(q, [0, 2, 1, 3]), scale]),
    toHeads(k, [0, 2, 3, 1]),
  ])
  const scores = bias === null ? products : g.node('Add', [products, bias])
  const probabilities = g.node('Softmax', [scores], {
    attributes: { axis: -1 },
    ...(probabilitiesName === undefined ? {} : { outputs: [probabilitiesName] }),
  })
  const mixed = g.node('MatMul', [probabilities, toHeads(v, [0, 2, 1, 3])])
  return joinRows(encoder, g.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } }), attentionDim)
}
