// What the parts of an encoder's graph share, and how rows of tokens are cut into photos.
import type { BlockArchitecture } from '../config/architecture.ts'
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import type { Layers } from './layers.ts'

/**
 * A Transformer encoder while its graph is built. A value of the graph is known by its name; shapes are given beside.
 * Tokens of all photos are the rows of one matrix [N * tokens, dim], see [Note: graph form].
 *
 * The encoders of ViLT and of texts are built of the same parts: `createWeights` and `createLayers` for their tensors, an
 * Encoder, and `encoderBlock` for each block.
 */
export interface Encoder {
  readonly g: GraphBuilder
  readonly layers: Layers
  readonly arch: BlockArchitecture
  /** Of one photo: a number, or the name of a value int64 [1] where it is only known at run time. */
  readonly tokens: number | string
  /** Adds each block's attention probabilities as outputs [N, heads, tokens, tokens]. */
  readonly withAttention: boolean
  /**
   * Added to the scores of a block's attention before the softmax: a value [N or 1, heads or 1, queries, tokens]; null:
   * nothing is.
   */
  readonly scoreBias?: (block: number, queries: number | string) => string | null
  /** int32 [N, tokens], 0 for tokens that get no attention. Of no effect with attention, which is for one photo. */
  readonly keyMask?: string
  /** Whether tokens attend only to themselves and those before; never with attention. */
  readonly isCausal?: boolean
  /** Rotates a block's queries or keys [N, count, attentionDim] by their position. */
  readonly rotate?: (block: number, x: string) => string
  /** The order of a head's outputs that `rotate` wants; see rotary.ts. */
  readonly headOrder?: readonly number[] | undefined
}

/** The output with the attention probabilities of a block. */
export const attentionName = (block: number): string => `attention_${block}`

/** x [N * tokens, ...] -> [N, tokens, ...dims]. */
export function splitRows(
  { g }: Pick<Encoder, 'g'>,
  x: string,
  tokens: number | string,
  ...dims: readonly number[]
): string {
  if (typeof tokens === 'number') return g.node('Reshape', [x, g.ints(-1, tokens, ...dims)])
  const shape = g.node('Concat', [g.ints(-1), tokens, g.ints(...dims)], { attributes: { axis: 0 } })
  return g.node('Reshape', [x, shape])
}

/** x [N, tokens, ...] -> [N * tokens, width]. */
export const joinRows = ({ g }: Pick<Encoder, 'g'>, x: string, width: number): string =>
  g.node('Reshape', [x, g.ints(-1, width)])

/** x [N * tokens, dim] -> [N * count, dim], the first tokens of each photo; x itself where these are all. */
export function firstTokens(encoder: Encoder, x: string, count: number | string): string {
  const { g, arch, tokens } = encoder
  if (count === tokens) return x
  if (typeof count === 'string')
    throw new Error('the number of first tokens is known when the graph is built')
  const photos = splitRows(encoder, x, tokens, arch.dim)
  return joinRows(encoder, g.node('Slice', [photos, g.ints(0), g.ints(count), g.ints(1)]), arch.dim)
}
