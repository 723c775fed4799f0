// Builds the ONNX graph of a text encoder: from embedded tokens to one embedding of unit length for each text.
import { createGraph, type GraphBuilder } from '../onnx/graph-builder.ts'
import { lacksTensor } from '../checkpoint/checkpoint.ts'
import { readFloats } from '../checkpoint/safetensors.ts'
import { bytesOf } from '../tensor.ts'
import { projectionOf, textTensors, type TextEncoder } from './text-encoder.ts'

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
 * encoder (256,000 rows): the few rows that a text needs are read from the checkpoint. Pre-norm blocks as in the image
 * encoder; CLIP's attention is causal, so tokens after the end of a text have no part in it and texts of several
 * lengths share a batch. Sources: transformers' modeling_clip.py and modeling_siglip.py.
 */
export function buildTextGraph(encoder: TextEncoder): GraphBuilder {
  const { family, checkpoint, dim, depth, embeddingDim } = encoder
  const g = createGraph('text')
  const weight = (name: string): string => {
    const tensor = checkpoint.tensors.get(name)
    if (tensor === undefined) throw lacksTensor(checkpoint, name)
    const load = async () => bytesOf(await readFloats(name, tensor))
    return g.tensor(name, { type: 'float32', dims: tensor.shape, load })
  }
  const layers = { g, encoder, weight }

  const tokens = g.input(textGraphNames.tokens, ['N', 'L', dim])
  const readout = g.input(textGraphNames.readout, ['N', 1, 'L'])
  let x = tokens
  for (let block = 0; block < depth; block++) x = encoderBlock(layers, block, x)
  const read = g.node('MatMul', [readout, norm(layers, x, 'text_model.final_layer_norm')])
  const flat = g.node('Reshape', [read, g.ints(-1, dim)])
  const bias = family === 'siglip' ? [weight('text_model.head.bias')] : []
  const projected = g.node('Gemm', [flat, weight(projectionOf(family)), ...bias], {
    attributes: { transB: 1 },
  })
  g.node('LpNormalization', [projected], {
    attributes: { axis: 1, p: 2 },
    outputs: [textGraphNames.embedding],
  })
  g.output(textGraphNames.embedding, ['N', embeddingDim])
  return g
}

interface Layers {
  readonly g: GraphBuilder
  readonly encoder: TextEncoder
  /** Registers a tensor of the checkpoint under its own name. */
  readonly weight: (name: string) => string
}

/** x + attention(norm(x)), then x + mlp(norm(x)); x [N, L, dim]. */
function encoderBlock(layers: Layers, block: number, x: string): string {
  const { g, encoder } = layers
  const part = (name: string) => textTensors.block(block, name)
  const normed = norm(layers, x, part('layer_norm1'))
  const project = (name: string, from: string) => linear(layers, from, part(`self_attn.${name}`))
  const mixed = g.node(
    'MultiHeadAttention',
    ['q_proj', 'k_proj', 'v_proj'].map((name) => project(name, normed)),
    {
      domain: 'com.microsoft',
      attributes: { num_heads: encoder.heads, unidirectional: encoder.family === 'clip' ? 1 : 0 },
    },
  )
  const y = g.node('Add', [x, project('out_proj', mixed)])
  const hidden = activate(layers, linear(layers, norm(layers, y, part('layer_norm2')), part('mlp.fc1')))
  return g.node('Add', [y, linear(layers, hidden, part('mlp.fc2'))])
}

function norm({ g, encoder, weight }: Layers, x: string, name: string): string {
  return g.node('LayerNormalization', [x, weight(`${name}.weight`), weight(`${name}.bias`)], {
    attributes: { epsilon: { float: encoder.normEpsilon } },
  })
}

/** x [N, L, in] -> [N, L, out] by a matrix [out, in], as PyTorch stores it. */
function linear({ g, encoder, weight }: Layers, x: string, name: string): string {
  const [rows = 0, columns = 0] = encoder.checkpoint.tensors.get(`${name}.weight`)?.shape ?? []
  const flat = g.node('Reshape', [x, g.ints(-1, columns)])
  const y = g.node('Gemm', [flat, weight(`${name}.weight`), weight(`${name}.bias`)], {
    attributes: { transB: 1 },
  })
  // The number of tokens is dynamic, and so read from x.
  const shape = g.node('Concat', [g.node('Shape', [x], { attributes: { start: 0, end: 2 } }), g.ints(rows)], {
    attributes: { axis: 0 },
  })
  return g.node('Reshape', [y, shape])
}

function activate({ g, encoder }: Layers, x: string): string {
  const { activation } = encoder
  if (activation === 'gelu') return g.node('Gelu', [x])
  const operator = activation === 'quick_gelu' ? 'QuickGelu' : 'FastGelu'
  return g.node(operator, [x], { domain: 'com.microsoft' })
}
