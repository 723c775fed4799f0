// Builds a ViLT's ONNX graph: text and patches as one sequence through one encoder, and the head on its first token.
import { partsOfBlocks, type NamedTensors } from '../checkpoint/named-tensors.ts'
import { createGraph, type GraphBuilder } from '../onnx/graph-builder.ts'
import { encoderBlock } from '../vit/block.ts'
import { attentionName, firstTokens, joinRows, splitRows, type Encoder } from '../vit/encoder.ts'
import { createLayers } from '../vit/layers.ts'
import { createWeights, type Weights } from '../vit/weights.ts'
import type { ViltConfig } from './config.ts'
import { patchLength, tableRows } from './inputs.ts'
import { photoTable, textNormBias, textPositions } from './weights.ts'

interface Vilt extends Encoder {
  readonly config: ViltConfig
  readonly weights: Weights
}

/**
 * The graph from the inputs of [Note: ViLT inputs] to `logits`: of `answers` [N, answers], of `match` [N, 1], of `pairs`
 * [N / 2, 2], where two rows in turn are the photos of one sentence, and of `words` [N, T, vocabulary]. With attention also
 * `attention_0`... [1, heads, tokens, tokens], of one pair alone. The form is that of [Note: graph form], but for sizes,
 * which are all dynamic here.
 * @throws ModelError naming a tensor that is missing or has another shape than config.json says. Tensors that are not needed
 * (buffers, heads of the pretraining) do not matter.
 */
export function buildViltGraph(
  config: ViltConfig,
  named: NamedTensors,
  withAttention: boolean,
): GraphBuilder {
  const g = createGraph('vilt')
  const { dim, depth, heads, mlpDim, head } = config
  const weights = createWeights(named)
  const parts = { g, config, weights, layers: createLayers(g, weights, 'fp32') }
  const tokens = g.input('tokens', ['N', 'T'], 'int64')
  const sequence = g.node('Concat', [embedText(parts, tokens), embedPhoto(parts)], {
    attributes: { axis: 1 },
  })
  const mask = g.node('Cast', [g.input('mask', ['N', 'L'], 'int64')], { attributes: { to: int32 } })
  const vilt: Vilt = {
    ...{ ...parts, withAttention, keyMask: mask },
    arch: {
      ...{ dim, heads, attentionDim: dim, mlpDim, layout: 'pre-norm', activation: 'gelu' },
      ...{ norm: { kind: 'layer', epsilon: config.normEpsilon }, parts: partsOfBlocks(named) },
    },
    tokens: g.node('Shape', [sequence], { attributes: { start: 1, end: 2 } }),
  }

  let x = joinRows(vilt, sequence, dim)
  for (let block = 0; block < depth; block++) {
    // All heads but that for words read the first token alone.
    const isCut = block === depth - 1 && head !== 'words' && !withAttention
    x = encoderBlock(vilt, block, x, isCut ? 1 : vilt.tokens)
  }
  if (head === 'words') fillInWords(vilt, x, tokens)
  else classify(vilt, withAttention ? firstTokens(vilt, x, 1) : x)
  if (withAttention)
    for (let block = 0; block < depth; block++) g.output(attentionName(block), ['N', heads, 'L', 'L'])
  return g
}

/** TensorProto.DataType. */
const int32 = 6

type Parts = Pick<Vilt, 'g' | 'config' | 'weights' | 'layers'>

/** `tokens` [N, T] -> [N, T, dim]: words and positions, normed; the modality of text is in the norm's bias. */
function embedText({ g, config, weights, layers }: Parts, tokens: string): string {
  const { dim, vocabulary, maxTokens, normEpsilon } = config
  const words = g.node('Gather', [layers.tensor('text.words.weight', [vocabulary, dim]), tokens])
  const length = g.node('Shape', [tokens], { attributes: { start: 1, end: 2 } })
  const all = layers.large('text_positions', [maxTokens, dim], textPositions(weights, config))
  const positions = g.node('Slice', [all, g.ints(0), length, g.ints(0)])
  const scale = layers.tensor('text.norm.weight', [dim])
  const bias = layers.large('text_norm_bias', [dim], textNormBias(weights, config))
  return g.node('LayerNormalization', [g.node('Add', [words, positions]), scale, bias], {
    attributes: { axis: -1, epsilon: { float: normEpsilon } },
  })
}

/** `patches` and `photo_mix` -> [N, 1 + P, dim]: CLS and patches with their positions and modality. */
function embedPhoto({ g, config, weights, layers }: Parts): string {
  const { dim, patchPx } = config
  const patches = g.input('patches', ['N', 'P', patchLength(config)])
  const mix = g.input('photo_mix', ['N', 'P', tableRows(config)])
  const kernel = weights.take('patch_embed.proj.weight', [dim, 3, patchPx, patchPx])
  const weight = layers.large('patch_embed.proj.weight', [dim, patchLength(config)], kernel)
  const bias = layers.tensor('patch_embed.proj.bias', [dim])
  const embedded = g.node('Gemm', [joinRows({ g }, patches, patchLength(config)), weight, bias], {
    attributes: { transB: 1 },
  })
  const table = layers.large('photo_table', [tableRows(config), dim], photoTable(weights, config))
  const added = g.node('Gemm', [joinRows({ g }, mix, tableRows(config)), table])
  const tokens = g.node('Shape', [patches], { attributes: { start: 1, end: 2 } })
  return splitRows({ g }, g.node('Add', [embedded, added]), tokens, dim)
}

/** transformers makes the norm of these heads with PyTorch's default, whatever the configuration says. */
const classifierEpsilon = 1e-5

/** x [N, dim] -> the output `logits`. */
function classify({ g, config, layers, arch }: Vilt, x: string): void {
  const { head, dim, labels } = config
  const normed = layers.norm(x, 'norm', dim, arch.norm)
  const pooled = g.node('Tanh', [layers.linear(normed, 'pooler', [dim, dim])])
  if (head === 'match') {
    layers.linear(pooled, 'rank_output', [1, dim], { output: 'logits' })
    g.output('logits', ['N', 1])
    return
  }
  const photos = head === 'pairs' ? 2 : 1
  const width = 2 * dim
  const read = head === 'pairs' ? joinRows({ g }, pooled, photos * dim) : pooled
  const hidden = layers.linear(read, 'classifier.0', [width, photos * dim])
  const normedHidden = layers.norm(hidden, 'classifier.1', width, {
    ...arch.norm,
    epsilon: classifierEpsilon,
  })
  const active = layers.activate(normedHidden, 'gelu')
  layers.linear(active, 'classifier.3', [labels.length, width], { output: 'logits' })
  g.output('logits', ['M', labels.length])
}

/** x [N * tokens, dim] -> the output `logits` of the text's tokens. */
function fillInWords(vilt: Vilt, x: string, tokens: string): void {
  const { g, config, weights, layers, arch } = vilt
  const { dim, vocabulary } = config
  const all = splitRows(vilt, layers.norm(x, 'norm', dim, arch.norm), vilt.tokens, dim)
  const length = g.node('Shape', [tokens], { attributes: { start: 1, end: 2 } })
  const text = g.node('Slice', [all, g.ints(0), length, g.ints(1)])
  const dense = layers.linear(joinRows(vilt, text, dim), 'mlm_score.transform.dense', [dim, dim])
  const active = layers.activate(dense, 'gelu')
  const normed = layers.norm(active, 'mlm_score.transform.LayerNorm', dim, arch.norm)
  // transformers 5 shares the weight with the words and keeps the bias in the layer, older versions beside it.
  const weight = weights.has('mlm_score.decoder.weight') ? 'mlm_score.decoder.weight' : 'text.words.weight'
  const bias = ['mlm_score.decoder.bias', 'mlm_score.bias'].filter(weights.has).slice(0, 1)
  const inputs = [
    layers.tensor(weight, [vocabulary, dim]),
    ...bias.map((name) => layers.tensor(name, [vocabulary])),
  ]
  const scores = g.node('Gemm', [normed, ...inputs], { attributes: { transB: 1 } })
  const shape = g.node('Concat', [g.node('Shape', [tokens]), g.ints(vocabulary)], { attributes: { axis: 0 } })
  g.node('Reshape', [scores, shape], { outputs: ['logits'] })
  g.output('logits', ['N', 'T', vocabulary])
}
