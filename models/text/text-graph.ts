// Builds the ONNX graph of a text encoder: from embedded tokens to one embedding of unit length for each text.
import { createGraph, type GraphBuilder } from '../onnx/graph-builder.ts'
import { encoderBlock } from '../vit/block.ts'
import { joinRows, splitRows, type Encoder } from '../vit/encoder.ts'
import { createLayers } from '../vit/layers.ts'
import { createWeights } from '../vit/weights.ts'
import type { TextEncoder } from './text-encoder.ts'

export const textGraphNames = {
  /** float32 [N, tokens, dim]: token and position embeddings, added. */
  tokens: 'inputs_embeds',
  /** float32 [N, 1, tokens]: 1 for the token that is read, else 0. */
  readout: 'readout',
  /** float32 [N, embeddingDim]. */
  embedding: 'text_embedding',
} as const

/**
 * [Note: text graph] The graph starts after the table of token embeddings, which for SigLIP 2 is three quarters of the text
 * encoder (256,000 rows): the few rows that a text needs are read from the checkpoint. The blocks are those of the image
 * encoder; CLIP's attention is causal, so tokens after the end of a text have no part in it and texts of several
 * lengths share a batch. Sources: transformers' modeling_clip.py and modeling_siglip.py.
 */
export function buildTextGraph({ family, named, block, depth, embeddingDim }: TextEncoder): GraphBuilder {
  const { dim, norm } = block
  const g = createGraph('text')
  const layers = createLayers(g, createWeights(named), 'fp32')
  const input = g.input(textGraphNames.tokens, ['N', 'L', dim])
  const readout = g.input(textGraphNames.readout, ['N', 1, 'L'])
  const tokens = g.node('Shape', [input], { attributes: { start: 1, end: 2 } })
  const encoder: Encoder = {
    ...{ g, layers, arch: block, tokens, withAttention: false, isCausal: family === 'clip' },
  }
  let x = joinRows(encoder, input, dim)
  for (let index = 0; index < depth; index++) x = encoderBlock(encoder, index, x)
  const texts = splitRows(encoder, layers.norm(x, 'norm', dim, norm), tokens, dim)
  const read = joinRows(encoder, g.node('MatMul', [readout, texts]), dim)
  g.node('LpNormalization', [layers.linear(read, 'head', [embeddingDim, dim])], {
    attributes: { axis: 1, p: 2 },
    outputs: [textGraphNames.embedding],
  })
  g.output(textGraphNames.embedding, ['N', embeddingDim])
  return g
}
