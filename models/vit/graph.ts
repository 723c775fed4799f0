// Builds a Vision Transformer's ONNX graph in the form that the runtime executes fastest; see [Note: graph form].
import { embeddingDim, prefixTokens, type Architecture } from '../config/architecture.ts'
import type { NamedTensors } from '../checkpoint/named-tensors.ts'
import { createGraph, type GraphBuilder } from '../onnx/graph-builder.ts'
import type { Precision } from '../onnx/precision.ts'
import { encoderBlock } from './block.ts'
import { embedPatches } from './embed.ts'
import { attentionName, firstTokens, type Encoder } from './encoder.ts'
import { finish } from './head.ts'
import { createLayers } from './layers.ts'
import { pool, poolAttentionName, tokensRead } from './pooling.ts'
import { relativePositions } from './relative-position.ts'
import { rotaryPositions } from './rotary.ts'
import { createWeights, type Weights } from './weights.ts'

export interface VitGraphOptions {
  readonly precision: Precision
  readonly heightPx: number
  readonly widthPx: number
  /** Adds every block's attention probabilities as outputs. */
  readonly withAttention: boolean
}

/**
 * The graph from `pixel_values` [N, 3, height, width] to `cls_embedding` [N, embeddingDim] and, where the model has
 * classes, `logits` [N, classes]; with attention also `attention_0`... [N, heads, tokens, tokens] and, of an attention
 * pool, `attention_pool` [N, heads, 1, tokens].
 *
 * [Note: graph form] Measured by `npm run bench:graph-forms`; every choice is exact:
 * - Tokens are rows of one matrix [N * tokens, dim], so that each linear layer is a Gemm with its bias inside; only
 *   attention sees [N, tokens, dim]. Reshapes to and fro are free on the CPU, MatMul and Add are not.
 * - MultiHeadAttention (com.microsoft) is the runtime's flash attention, which never writes the probabilities.
 * - SkipLayerNormalization is not used: on the CPU it is slower than Add and LayerNormalization.
 * - The last block is computed only for the tokens that the head reads, unless their attention is asked for.
 * - CLS and its kin are padded in as zeros and added together with the position embeddings. A broadcast to the dynamic
 *   N would need Shape and Expand, which GPU providers hand back to the CPU.
 *
 * @throws ModelError naming a tensor that is missing, misshapen, or belongs to a part that is not built.
 */
export function buildVitGraph(
  arch: Architecture,
  named: NamedTensors,
  { precision, heightPx, widthPx, withAttention }: VitGraphOptions,
): GraphBuilder {
  const g = createGraph('vit')
  const weights = createWeights(named)
  const layers = createLayers(g, weights, precision)
  const grid = { rows: heightPx / arch.patchPx, columns: widthPx / arch.patchPx }
  const tokens = prefixTokens(arch) + grid.rows * grid.columns
  const encoder: Encoder = {
    ...{ g, layers, arch, tokens, withAttention },
    ...relativePositions({ g }, arch, weights, grid),
    ...rotaryPositions({ g }, arch, weights, grid),
  }
  const read = tokensRead(arch, tokens)

  let x = embedPatches(encoder, arch, weights, grid)
  for (let block = 0; block < arch.depth; block++) {
    const isLast = block === arch.depth - 1
    x = encoderBlock(encoder, block, x, isLast && !withAttention ? read : tokens)
  }
  if (withAttention) x = firstTokens(encoder, x, read)
  if (arch.hasFinalNorm && needsFinalNorm(weights)) x = layers.norm(x, 'norm', arch.dim, arch.norm)
  finish(encoder, arch, weights, pool(encoder, arch, weights, x, read))
  skipUnread(arch, weights)
  weights.refuseUntaken()

  if (arch.classes > 0) g.output('logits', ['N', arch.classes])
  g.output('cls_embedding', ['N', embeddingDim(arch)])
  if (!withAttention) return g
  for (let block = 0; block < arch.depth; block++)
    g.output(attentionName(block), ['N', arch.heads, tokens, tokens])
  const [part = 'cls'] = arch.headReads
  if (part.endsWith('-attention'))
    g.output(poolAttentionName, [
      'N',
      arch.poolHeads,
      1,
      part === 'patch-attention' ? tokens - prefixTokens(arch) : tokens,
    ])
  return g
}

/**
 * Checks that a checkpoint has all tensors of its architecture in the right shapes, and no other.
 * @throws ModelError naming the tensor.
 */
export function checkTensors(arch: Architecture, named: NamedTensors): void {
  const { patchPx, gridRows, gridColumns } = arch
  const size = { heightPx: gridRows * patchPx, widthPx: gridColumns * patchPx }
  buildVitGraph(arch, named, { ...size, precision: 'fp32', withAttention: false })
}

/** A model has a norm before pooling, after it, or both; without either one is missing. */
const needsFinalNorm = (weights: Weights): boolean =>
  weights.has('norm.weight') || !weights.has('fc_norm.weight')

/** Parts that a classifier of this kind leaves aside, though its file has them. */
function skipUnread(arch: Architecture, weights: Weights): void {
  if (!arch.hasFinalNorm) weights.skip('norm.')
  if (!arch.headReads.some((part) => part.endsWith('-attention')) && arch.family.startsWith('siglip'))
    weights.skip('attn_pool.')
}
