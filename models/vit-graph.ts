// Builds a Vision Transformer's ONNX graph in the form that the runtime executes fastest; see [Note: graph form].
import { embeddingDim, prefixTokens, type Architecture } from './architecture.ts'
import { createGraph, type GraphBuilder } from './graph-builder.ts'
import type { Precision } from './precision.ts'
import { createLayers, type Layers } from './vit-layers.ts'
import type { VitWeights } from './vit-weights.ts'

export interface VitGraphOptions {
  readonly precision: Precision
  readonly heightPx: number
  readonly widthPx: number
  /** Adds every block's attention probabilities as outputs. */
  readonly withAttention: boolean
}

export const attentionName = (block: number): string => `attention_${block}`

/**
 * The graph from `pixel_values` [N, 3, height, width] to `logits` [N, classes] and `cls_embedding`
 * [N, embeddingDim], and with attention also `attention_0`... [N, heads, tokens, tokens].
 *
 * [Note: graph form] Measured by test/models/bench-graph-forms.ts; every choice is exact:
 * - Tokens are rows of one matrix [N * tokens, dim], so that each linear layer is a Gemm with its bias inside; only
 *   attention sees [N, tokens, dim]. Reshapes to and fro are free on the CPU, MatMul and Add are not.
 * - MultiHeadAttention (com.microsoft) is the runtime's flash attention, which never writes the probabilities.
 * - SkipLayerNormalization is not used: on the CPU it is slower than Add and LayerNormalization.
 * - The last block is computed only for the tokens that the head reads, unless their attention is asked for.
 * - CLS and its kin are padded in as zeros and added together with the position embeddings. A broadcast to the dynamic
 *   N would need Shape and Expand, which GPU providers hand back to the CPU.
 */
export function buildVitGraph(
  arch: Architecture,
  weights: VitWeights,
  options: VitGraphOptions,
): GraphBuilder {
  const { dim, heads, patchPx } = arch
  const { heightPx, widthPx, withAttention } = options
  const rows = heightPx / patchPx
  const columns = widthPx / patchPx
  const patches = rows * columns
  const prefix = prefixTokens(arch)
  const tokens = prefix + patches
  const g = createGraph('vit')
  const layers = createLayers(g, arch, weights, options.precision)

  const pixels = g.input('pixel_values', ['N', 3, heightPx, widthPx])
  const convolved = g.node('Conv', [pixels, ...layers.patchWeights()], {
    attributes: { kernel_shape: [patchPx, patchPx], strides: [patchPx, patchPx] },
  })
  const flat = g.node('Reshape', [convolved, g.ints(0, dim, patches)])
  const padded = g.node('Pad', [flat, g.ints(0, 0, prefix, 0, 0, 0)])
  const embedded = g.node('Transpose', [padded], { attributes: { perm: [0, 2, 1] } })
  const positioned = g.node('Add', [embedded, layers.positions(tokens, rows, columns)])
  let x = g.node('Reshape', [positioned, g.ints(-1, dim)])

  // The head reads the first tokens, unless it averages the patches.
  const readsFirstTokens = !arch.headReads.includes('patch-mean')
  const readTokens = arch.headReads.length
  for (let block = 0; block < arch.depth; block++) {
    const isShort = readsFirstTokens && !withAttention && block === arch.depth - 1
    const normed = layers.norm(block, 'norm1', x)
    const attended = withAttention
      ? explicitAttention(g, layers, block, normed, { tokens, heads, dim })
      : fusedAttention(g, layers, block, normed, {
          tokens,
          heads,
          dim,
          queries: isShort ? readTokens : tokens,
        })
    if (isShort) x = firstRows(g, x, tokens, readTokens, dim)
    x = g.node('Add', [x, layers.linear(block, 'proj', attended)])
    const hidden = g.node('Gelu', [layers.linear(block, 'fc1', layers.norm(block, 'norm2', x))])
    x = g.node('Add', [x, layers.linear(block, 'fc2', hidden)])
  }
  if (readsFirstTokens && withAttention) x = firstRows(g, x, tokens, readTokens, dim)

  if (arch.finalNorm === 'tokens') x = layers.finalNorm(x)
  const read = readsFirstTokens
    ? g.node('Reshape', [x, g.ints(-1, readTokens * dim)])
    : pool(g, g.node('Reshape', [x, g.ints(-1, tokens, dim)]), arch, tokens)
  const embedding = arch.finalNorm === 'pooled' ? layers.finalNorm(read) : read
  // A name of its own for the output, whatever produced it; the runtime drops the node.
  g.node('Identity', [embedding], { outputs: ['cls_embedding'] })
  layers.head(embedding, 'logits')
  g.output('logits', ['N', arch.classes])
  g.output('cls_embedding', ['N', embeddingDim(arch)])
  if (withAttention) {
    for (let block = 0; block < arch.depth; block++)
      g.output(attentionName(block), ['N', heads, tokens, tokens])
  }
  return g
}

interface AttentionSize {
  readonly tokens: number
  readonly heads: number
  readonly dim: number
}

/** x [N * tokens, dim] -> [N * queries, dim]; only the first `queries` tokens of each photo ask. */
function fusedAttention(
  g: GraphBuilder,
  layers: Layers,
  block: number,
  x: string,
  { tokens, heads, dim, queries }: AttentionSize & { readonly queries: number },
): string {
  const asking = queries === tokens ? x : firstRows(g, x, tokens, queries, dim)
  const project = (part: 'q' | 'k' | 'v', from: string, rowsOfPhoto: number) =>
    g.node('Reshape', [layers.linear(block, part, from), g.ints(-1, rowsOfPhoto, dim)])
  const inputs = [project('q', asking, queries), project('k', x, tokens), project('v', x, tokens)]
  const y = g.node('MultiHeadAttention', inputs, {
    domain: 'com.microsoft',
    attributes: { num_heads: heads },
  })
  return g.node('Reshape', [y, g.ints(-1, dim)])
}

/** The same in single steps, with the probabilities as an output. */
function explicitAttention(
  g: GraphBuilder,
  layers: Layers,
  block: number,
  x: string,
  { tokens, heads, dim }: AttentionSize,
): string {
  const toHeads = (part: 'q' | 'k' | 'v', perm: readonly number[]) => {
    const split = g.node('Reshape', [layers.linear(block, part, x), g.ints(-1, tokens, heads, dim / heads)])
    return g.node('Transpose', [split], { attributes: { perm } })
  }
  const scale = g.floats('attention_scale', [], Float32Array.of((dim / heads) ** -0.5))
  const scores = g.node('MatMul', [
    g.node('Mul', [toHeads('q', [0, 2, 1, 3]), scale]),
    toHeads('k', [0, 2, 3, 1]),
  ])
  const probabilities = g.node('Softmax', [scores], {
    attributes: { axis: -1 },
    outputs: [attentionName(block)],
  })
  const mixed = g.node('MatMul', [probabilities, toHeads('v', [0, 2, 1, 3])])
  const merged = g.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } })
  return g.node('Reshape', [merged, g.ints(-1, dim)])
}

/** x [N * tokens, dim] -> [N * count, dim], the first tokens of each photo. */
function firstRows(g: GraphBuilder, x: string, tokens: number, count: number, dim: number): string {
  const photos = g.node('Reshape', [x, g.ints(-1, tokens, dim)])
  return g.node('Reshape', [g.node('Slice', [photos, g.ints(0), g.ints(count), g.ints(1)]), g.ints(-1, dim)])
}

/** x [N, tokens, dim] -> [N, parts * dim]: what the head reads where it averages the patches. */
function pool(g: GraphBuilder, x: string, arch: Architecture, tokens: number): string {
  const slice = (from: number, to: number) => g.node('Slice', [x, g.ints(from), g.ints(to), g.ints(1)])
  const patches = slice(prefixTokens(arch), tokens)
  const mean = g.node('ReduceMean', [patches, g.ints(1)], { attributes: { keepdims: 0 } })
  if (!arch.headReads.includes('cls')) return mean
  const cls = g.node('Reshape', [slice(0, 1), g.ints(-1, arch.dim)])
  return g.node('Concat', [cls, mean], { attributes: { axis: 1 } })
}
