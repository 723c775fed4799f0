// Builds a ViLT's ONNX graph: text and patches as one sequence through one encoder, and the head on its first token.
import { createGraph, type GraphBuilder } from '../onnx/graph-builder.ts'
import { bytesOf } from '../tensor.ts'
import type { ViltConfig } from './config.ts'
import { patchLength, tableRows } from './inputs.ts'
import { names, type ViltWeights } from './weights.ts'

export const viltAttentionName = (block: number): string => `attention_${block}`

interface Vilt {
  readonly g: GraphBuilder
  readonly config: ViltConfig
  readonly weights: ViltWeights
  /** Outputs every block's attention probabilities; only for one pair, since it then takes no mask. */
  readonly withAttention: boolean
  /** The shape [N, tokens, dim] of the sequence, as a value. */
  readonly shape: string
}

/**
 * The graph from the inputs of [Note: ViLT inputs] to `logits`: of `answers` [N, answers], of `match` [N, 1], of `pairs`
 * [N / 2, 2], where two rows in turn are the photos of one sentence, and of `words` [N, T, vocabulary]. With attention also
 * `attention_0`... [1, heads, tokens, tokens]. The form is that of [Note: graph form], but for sizes, which are all
 * dynamic here.
 */
export function buildViltGraph(
  config: ViltConfig,
  weights: ViltWeights,
  withAttention: boolean,
): GraphBuilder {
  const g = createGraph('vilt')
  const { dim, depth, head } = config
  const parts = { g, config, weights, withAttention }
  const tokens = g.input('tokens', ['N', 'T'], 'int64')
  const sequence = g.node('Concat', [embedText(parts, tokens), embedPhoto(parts)], {
    attributes: { axis: 1 },
  })
  const vilt: Vilt = { ...parts, shape: g.node('Shape', [sequence]) }
  const mask = g.node('Cast', [g.input('mask', ['N', 'L'], 'int64')], { attributes: { to: int32 } })

  let x = g.node('Reshape', [sequence, g.ints(-1, dim)])
  for (let block = 0; block < depth; block++) {
    // All heads but that for words read the first token alone.
    const isCut = block === depth - 1 && head !== 'words' && !withAttention
    x = encoderBlock(vilt, block, x, mask, isCut)
  }
  if (head === 'words') fillInWords(vilt, x, tokens)
  else classify(vilt, withAttention ? firstTokens(vilt, x) : x)
  if (withAttention)
    for (let block = 0; block < depth; block++)
      g.output(viltAttentionName(block), ['N', config.heads, 'L', 'L'])
  return g
}

/** TensorProto.DataType. */
const int32 = 6

type Parts = Omit<Vilt, 'shape'>

const stored = (
  { g }: Parts,
  name: string,
  dims: readonly number[],
  load: () => Promise<Float32Array>,
): string => g.tensor(name, { type: 'float32', dims, load: async () => bytesOf(await load()) })

/** `tokens` [N, T] -> [N, T, dim]: words and positions, normed; the modality of text is in the norm's bias. */
function embedText(parts: Parts, tokens: string): string {
  const { g, config, weights } = parts
  const { dim, vocabulary, maxTokens } = config
  const words = g.node('Gather', [
    stored(parts, names.words, [vocabulary, dim], () => weights.read(names.words)),
    tokens,
  ])
  const length = g.node('Shape', [tokens], { attributes: { start: 1, end: 2 } })
  const positions = g.node('Slice', [
    stored(parts, 'text_positions', [maxTokens, dim], () => weights.textPositions()),
    ...[g.ints(0), length, g.ints(0)],
  ])
  return norm(parts, names.textNorm, g.node('Add', [words, positions]), {
    bias: () => weights.textNormBias(),
  })
}

/** `patches` and `photo_mix` -> [N, 1 + P, dim]: CLS and patches with their positions and modality. */
function embedPhoto(parts: Parts): string {
  const { g, config, weights } = parts
  const { dim } = config
  const patches = g.input('patches', ['N', 'P', patchLength(config)])
  const mix = g.input('photo_mix', ['N', 'P', tableRows(config)])
  const flat = g.node('Reshape', [patches, g.ints(-1, patchLength(config))])
  const embedded = linear(parts, names.patch, flat, [dim, patchLength(config)])
  const table = stored(parts, 'photo_table', [tableRows(config), dim], () => weights.photoTable())
  const added = g.node('Gemm', [g.node('Reshape', [mix, g.ints(-1, tableRows(config))]), table])
  const shape = g.node(
    'Concat',
    [g.node('Shape', [patches], { attributes: { start: 0, end: 2 } }), g.ints(dim)],
    { attributes: { axis: 0 } },
  )
  return g.node('Reshape', [g.node('Add', [embedded, added]), shape])
}

/** x [rows, columns of `shape`] -> [rows, rows of `shape`], by the tensors `name`.weight and `name`.bias. */
function linear(
  parts: Parts,
  name: string,
  x: string,
  [rows, columns]: readonly [number, number],
  output?: string,
): string {
  const weight = stored(parts, `${name}.weight`, [rows, columns], () => parts.weights.read(`${name}.weight`))
  const bias = stored(parts, `${name}.bias`, [rows], () => parts.weights.readOrZeros(`${name}.bias`, rows))
  return parts.g.node('Gemm', [x, weight, bias], {
    attributes: { transB: 1 },
    ...(output === undefined ? {} : { outputs: [output] }),
  })
}

function norm(
  parts: Parts,
  name: string,
  x: string,
  options: {
    readonly width?: number
    readonly epsilon?: number
    readonly bias?: () => Promise<Float32Array>
  } = {},
): string {
  const { width = parts.config.dim, epsilon = parts.config.normEpsilon } = options
  const bias = options.bias ?? (() => parts.weights.read(`${name}.bias`))
  const inputs = [
    stored(parts, `${name}.weight`, [width], () => parts.weights.read(`${name}.weight`)),
    stored(parts, `${name}.bias`, [width], bias),
  ]
  return parts.g.node('LayerNormalization', [x, ...inputs], { attributes: { epsilon: { float: epsilon } } })
}

/** One pre-norm block: x [N * tokens, dim] -> the same, or [N, dim] where only each first token is wanted. */
function encoderBlock(vilt: Vilt, index: number, x: string, mask: string, isCut: boolean): string {
  const { g, config } = vilt
  const { dim, mlpDim } = config
  const block = names.block(index)
  const normed = norm(vilt, `${block}layernorm_before`, x)
  const project = (part: string, from: string) =>
    linear(vilt, `${block}attention.attention.${part}`, from, [dim, dim])
  const q = project('query', isCut ? firstTokens(vilt, normed) : normed)
  const [k, v] = [project('key', normed), project('value', normed)]
  const mixed = vilt.withAttention
    ? explicitAttention(vilt, index, q, k, v)
    : fusedAttention(vilt, isCut, [q, k, v], mask)
  const attended = linear(vilt, `${block}attention.output.dense`, mixed, [dim, dim])
  const y = g.node('Add', [isCut ? firstTokens(vilt, x) : x, attended])
  const hidden = linear(vilt, `${block}intermediate.dense`, norm(vilt, `${block}layernorm_after`, y), [
    mlpDim,
    dim,
  ])
  return g.node('Add', [y, linear(vilt, `${block}output.dense`, g.node('Gelu', [hidden]), [dim, mlpDim])])
}

/** The runtime's own operator; masked tokens get no attention. q [N * queries, dim] -> the same. */
function fusedAttention(
  { g, config, shape }: Vilt,
  isCut: boolean,
  [q, k, v]: readonly [string, string, string],
  mask: string,
): string {
  const { dim, heads } = config
  const queries = g.node('Reshape', [q, isCut ? g.ints(-1, 1, dim) : shape])
  const inputs = [queries, g.node('Reshape', [k, shape]), g.node('Reshape', [v, shape]), '', mask]
  const y = g.node('MultiHeadAttention', inputs, {
    domain: 'com.microsoft',
    attributes: { num_heads: heads },
  })
  return g.node('Reshape', [y, g.ints(-1, dim)])
}

/** The same for one pair in single steps, with the probabilities [1, heads, tokens, tokens] as an output. */
function explicitAttention({ g, config }: Vilt, block: number, q: string, k: string, v: string): string {
  const { dim, heads } = config
  const toHeads = (x: string, perm: readonly number[]) =>
    g.node('Transpose', [g.node('Reshape', [x, g.ints(1, -1, heads, dim / heads)])], { attributes: { perm } })
  const scale = g.floats('attention_scale', [], Float32Array.of((dim / heads) ** -0.5))
  const scores = g.node('MatMul', [
    g.node('Mul', [toHeads(q, [0, 2, 1, 3]), scale]),
    toHeads(k, [0, 2, 3, 1]),
  ])
  const probabilities = g.node('Softmax', [scores], {
    attributes: { axis: -1 },
    outputs: [viltAttentionName(block)],
  })
  const mixed = g.node('MatMul', [probabilities, toHeads(v, [0, 2, 1, 3])])
  const merged = g.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } })
  return g.node('Reshape', [merged, g.ints(-1, dim)])
}

/** x [N * tokens, dim] -> [N, dim]: each text's [CLS], which is the first token. */
function firstTokens({ g, config, shape }: Vilt, x: string): string {
  const rows = g.node('Reshape', [x, shape])
  return g.node('Reshape', [g.node('Slice', [rows, g.ints(0), g.ints(1), g.ints(1)]), g.ints(-1, config.dim)])
}

/** transformers makes the norm of these heads with PyTorch's default, whatever the configuration says. */
const classifierEpsilon = 1e-5

/** x [N, dim] -> the output `logits`. */
function classify(vilt: Vilt, x: string): void {
  const { g, config } = vilt
  const { head, dim, labels } = config
  const pooled = g.node('Tanh', [linear(vilt, names.pooler, norm(vilt, names.norm, x), [dim, dim])])
  if (head === 'match') {
    linear(vilt, 'rank_output', pooled, [1, dim], 'logits')
    g.output('logits', ['N', 1])
    return
  }
  const photos = head === 'pairs' ? 2 : 1
  const width = 2 * dim
  const read = head === 'pairs' ? g.node('Reshape', [pooled, g.ints(-1, photos * dim)]) : pooled
  const hidden = norm(vilt, 'classifier.1', linear(vilt, 'classifier.0', read, [width, photos * dim]), {
    width,
    epsilon: classifierEpsilon,
  })
  linear(vilt, 'classifier.3', g.node('Gelu', [hidden]), [labels.length, width], 'logits')
  g.output('logits', ['M', labels.length])
}

/** x [N * tokens, dim] -> the output `logits` of the text's tokens. */
function fillInWords(vilt: Vilt, x: string, tokens: string): void {
  const { g, config, weights } = vilt
  const { dim, vocabulary } = config
  const all = g.node('Reshape', [norm(vilt, names.norm, x), vilt.shape])
  const length = g.node('Shape', [tokens], { attributes: { start: 1, end: 2 } })
  const text = g.node('Slice', [all, g.ints(0), length, g.ints(1)])
  const flat = g.node('Reshape', [text, g.ints(-1, dim)])
  const transformed = g.node('Gelu', [linear(vilt, 'mlm_score.transform.dense', flat, [dim, dim])])
  const normed = norm(vilt, 'mlm_score.transform.LayerNorm', transformed)
  const weight = stored(vilt, 'decoder.weight', [vocabulary, dim], () =>
    weights.read(weights.has(names.decoder) ? names.decoder : names.words),
  )
  // transformers 5 keeps the bias in the layer, older versions beside it.
  const biasName = weights.has('mlm_score.decoder.bias') ? 'mlm_score.decoder.bias' : 'mlm_score.bias'
  const bias = stored(vilt, 'decoder.bias', [vocabulary], () => weights.readOrZeros(biasName, vocabulary))
  const scores = g.node('Gemm', [normed, weight, bias], { attributes: { transB: 1 } })
  const shape = g.node('Concat', [g.node('Shape', [tokens]), g.ints(vocabulary)], { attributes: { axis: 0 } })
  g.node('Reshape', [scores, shape], { outputs: ['logits'] })
  g.output('logits', ['N', 'T', vocabulary])
}
