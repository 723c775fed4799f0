// What the head reads: one token, a mean or maximum of them, or what a learned query collects.
import { prefixTokens, type Architecture, type HeadPart } from '../config/architecture.ts'
import { splitRows, type Encoder } from './encoder.ts'
import { mlp } from './mlp.ts'
import type { Load, Weights } from './weights.ts'

/** The output with the attention pool's probabilities [N, heads, 1, pooled tokens]. */
export const poolAttentionName = 'attention_pool'

/** How many of the first tokens the head reads; all where it reads patches. */
export function tokensRead({ headReads }: Pick<Architecture, 'headReads'>, tokens: number): number {
  return headReads.every((part) => part === 'cls' || part === 'distillation') ? headReads.length : tokens
}

/** x [N * read, dim] -> [N, parts * dim]: the vectors that the head reads, one after the other. */
export function pool(
  encoder: Encoder,
  arch: Architecture,
  weights: Weights,
  x: string,
  read: number,
): string {
  const { g } = encoder
  // The tokens read are then exactly those of the head, in their order.
  if (read === arch.headReads.length && !isPatchPart(arch.headReads[0]))
    return g.node('Reshape', [x, g.ints(-1, read * arch.dim)])
  const photos = splitRows(encoder, x, read, arch.dim)
  const parts = arch.headReads.map((part) => poolPart(encoder, arch, weights, photos, part, read))
  const [only = ''] = parts
  return parts.length === 1 ? only : g.node('Concat', parts, { attributes: { axis: 1 } })
}

const isPatchPart = (part: HeadPart | undefined): boolean => part !== 'cls' && part !== 'distillation'

/** photos [N, tokens, dim] -> [N, dim]. */
function poolPart(
  encoder: Encoder,
  arch: Architecture,
  weights: Weights,
  photos: string,
  part: HeadPart,
  tokens: number,
): string {
  const { g } = encoder
  const slice = (from: number, to: number) => g.node('Slice', [photos, g.ints(from), g.ints(to), g.ints(1)])
  if (part === 'cls' || part === 'distillation') {
    const at = part === 'cls' ? 0 : 1
    return g.node('Reshape', [slice(at, at + 1), g.ints(-1, arch.dim)])
  }
  const first = part.startsWith('patch-') ? prefixTokens(arch) : 0
  const pooled = first === 0 ? photos : slice(first, tokens)
  if (part.endsWith('-attention')) return attentionPool(encoder, arch, weights, pooled, tokens - first)
  const mean = () => g.node('ReduceMean', [pooled, g.ints(1)], { attributes: { keepdims: 0 } })
  const max = () => g.node('ReduceMax', [pooled, g.ints(1)], { attributes: { keepdims: 0 } })
  if (part.endsWith('-mean-max')) return g.node('Mean', [mean(), max()])
  return part.endsWith('-max') ? max() : mean()
}

/**
 * Attention of one learned query over the tokens, its projection, and an MLP (SigLIP, timm's `map`): photos
 * [N, tokens, dim] -> [N, dim]. The query is the same for every photo, so the keys' matrix is multiplied by it once, when
 * the graph is written: q . (Kx + b) = (K'q) . x + a constant, which the softmax does not see.
 */
function attentionPool(
  encoder: Encoder,
  arch: Architecture,
  weights: Weights,
  photos: string,
  tokens: number,
): string {
  const { g, layers, withAttention } = encoder
  const { dim, poolHeads, norm, activation } = arch
  const headDim = dim / poolHeads
  const rows = g.node('Reshape', [photos, g.ints(-1, dim)])
  const queries = layers.large('attn_pool.queries', [poolHeads, dim], loadPoolQueries(arch, weights))
  const scores = g.node('Gemm', [rows, queries], { attributes: { transB: 1 } })
  const byHead = g.node('Transpose', [splitRows(encoder, scores, tokens, poolHeads)], {
    attributes: { perm: [0, 2, 1] },
  })
  const probabilities = g.node('Softmax', [g.node('Reshape', [byHead, g.ints(0, poolHeads, 1, tokens)])], {
    attributes: { axis: -1 },
    ...(withAttention ? { outputs: [poolAttentionName] } : {}),
  })
  const values = layers.linear(rows, 'attn_pool.v', [dim, dim])
  const valuesByHead = g.node('Transpose', [splitRows(encoder, values, tokens, poolHeads, headDim)], {
    attributes: { perm: [0, 2, 1, 3] },
  })
  const collected = g.node('Reshape', [g.node('MatMul', [probabilities, valuesByHead]), g.ints(-1, dim)])
  const x = layers.linear(collected, 'attn_pool.proj', [dim, dim])
  const [mlpDim = 0] = weights.shapeOf('attn_pool.mlp.fc1.weight', 2)
  const normed = layers.norm(x, 'attn_pool.norm', dim, norm)
  const shape = { dim, mlpDim, norm, activation }
  const y = mlp(encoder, shape, 'attn_pool.mlp', normed, (part) => weights.has(`attn_pool.mlp.${part}`))
  return g.node('Add', [x, y])
}

/** [heads, dim]: what each token is multiplied with to have its score for each head. */
function loadPoolQueries({ dim, poolHeads }: Architecture, weights: Weights): Load {
  const loadProbe = weights.take('attn_pool.probe', [dim])
  const load = (part: 'q' | 'k', kind: 'weight' | 'bias') =>
    weights.take(`attn_pool.${part}.${kind}`, kind === 'weight' ? [dim, dim] : [dim])
  const loaders = { q: load('q', 'weight'), bias: load('q', 'bias'), k: load('k', 'weight') }
  // The keys' bias is the constant.
  load('k', 'bias')
  return async () => {
    const [probe, q, bias, k] = [
      await loadProbe(),
      await loaders.q(),
      await loaders.bias(),
      await loaders.k(),
    ]
    const queries = new Float64Array(poolHeads * dim)
    const headDim = dim / poolHeads
    for (let row = 0; row < dim; row++) {
      let query = bias[row] ?? 0
      for (let i = 0; i < dim; i++) query += (q[row * dim + i] ?? 0) * (probe[i] ?? 0)
      const scaled = query / Math.sqrt(headDim)
      const to = Math.floor(row / headDim) * dim
      for (let i = 0; i < dim; i++)
        queries[to + i] = (queries[to + i] ?? 0) + scaled * (k[row * dim + i] ?? 0)
    }
    return Float32Array.from(queries)
  }
}
