// One description of a Vision Transformer, as data: what its graph is built from, and what the user reads of it.
import type { Message } from '../../electron/texts/message.ts'
import type { Library } from '../checkpoint/tensor-names.ts'
import type { Activation, Norm } from '../vit/layers.ts'

/**
 * A vector that the head reads; several are concatenated in this order. `token-...` counts the tokens before the patches
 * too; `attention` is what a learned query collects.
 */
export type HeadPart =
  'cls' | 'distillation' | `${'patch' | 'token'}-${'mean' | 'max' | 'mean-max' | 'attention'}`

/**
 * How F.interpolate resamples: `bicubic-filtered` is its antialias=True, with Keys' kernel of a = -0.5 widened when the
 * grid becomes smaller, weights beyond the edge dropped and the rest scaled up (timm's resample_abs_pos_embed);
 * `bicubic` has a = -0.75, four taps and repeated edges; `bilinear` has two taps. `geometric` is BEiT's for distances: the
 * stored ones lie ever further apart from the middle on, and between them is a straight line.
 */
export type Interpolation = 'bicubic' | 'bicubic-filtered' | 'bilinear' | 'geometric'

/** How stored positions are made for another grid, as the library of the model does it. */
export interface Resampling {
  readonly positions: Interpolation
  readonly relative: Interpolation
}

/**
 * Rotary position embedding of the patches. `axial`: half of the frequencies for rows, half for columns (EVA-02);
 * `centred`: the same with coordinates from -1 to 1 (DINOv3); `mixed`: frequencies are learned for both in each block.
 */
export interface Rotary {
  readonly kind: 'axial' | 'centred' | 'mixed'
  readonly temperature: number
  /** Which outputs of a head form a pair: neighbours, or one of each half. */
  readonly pairs: 'neighbours' | 'halves'
  /** `columns-first` where the first half of the frequencies is that of the columns. */
  readonly axes: 'rows-first' | 'columns-first'
  /** Added to each row and column number. */
  readonly offset: number
  /** The grid that coordinates are scaled to; null: they are not scaled. */
  readonly reference: Grid | null
}

export interface Grid {
  readonly rows: number
  readonly columns: number
}

/**
 * `pre-norm`: x + f(norm(x)), the usual one; `post-norm`: x + norm(f(x)); `parallel`: attention and MLP read the same
 * norm, and both are added; `multiple`: several attentions side by side, then several MLPs.
 */
export type BlockLayout = 'pre-norm' | 'post-norm' | 'parallel' | 'multiple'

/** What an encoder's blocks are like; see vit/block.ts. */
export interface BlockArchitecture {
  readonly dim: number
  readonly heads: number
  /** Width of all heads together; mostly dim. */
  readonly attentionDim: number
  /** Width of the MLP's hidden layer; dim times the MLP ratio. */
  readonly mlpDim: number
  readonly layout: BlockLayout
  readonly norm: Norm
  readonly activation: Activation
  /** Names of the tensors that every block has: norms, gates, layer scales and biases are there or not. */
  readonly parts: ReadonlySet<string>
}

/** What of a model shows in no tensor: it comes from the configuration, or from the library's definition of the family. */
export interface HiddenTraits {
  readonly heads: number
  readonly norm: Norm
  readonly layout: BlockLayout
  readonly activation: Activation
  /** What the head reads; `known` where only the width of the head tells, as for DINOv2. */
  readonly headReads: readonly HeadPart[]
  readonly rotary: Rotary | null
  readonly resampling: Resampling
  /** Heads of the attention pool. */
  readonly poolHeads: number
  /** False where tokens are not normalised at the end, though the file may have a norm for it. */
  readonly hasFinalNorm: boolean
  /** Of an image tower that is compared with texts: its embeddings are of length 1. */
  readonly isNormalised: boolean
  /** What was taken for granted, since nothing says it. */
  readonly assumptions: readonly Message[]
}

export interface Architecture extends BlockArchitecture, HiddenTraits {
  readonly library: Library
  /** transformers' model_type, or `timm`. */
  readonly family: string
  readonly patchPx: number
  readonly depth: number
  /** 0: a backbone without a classifier, for its embeddings alone. */
  readonly classes: number
  /** Patches that the stored position embeddings are for. */
  readonly gridRows: number
  readonly gridColumns: number
  readonly hasClassToken: boolean
  readonly hasDistillationToken: boolean
  readonly registers: number
  /** How many of the tokens before the patches have a position embedding; they are the first ones. */
  readonly positionedTokens: number
  readonly hasPositions: boolean
  readonly relativePositions: 'none' | 'each-block' | 'shared'
  readonly hasLayerScale: boolean
  /** Two heads, one for each part, whose logits are averaged (distilled DeiT). */
  readonly hasTwoHeads: boolean
  /** Width of what the head reads, where a projection makes it (CLIP); else null. */
  readonly projectionDim: number | null
}

/** CLS, distillation and register tokens, which stand before the patches in this order. */
export function prefixTokens(
  arch: Pick<Architecture, 'hasClassToken' | 'hasDistillationToken' | 'registers'>,
): number {
  return Number(arch.hasClassToken) + Number(arch.hasDistillationToken) + arch.registers
}

/** The width of `cls_embedding`: all vectors that the head reads, one after the other. */
export function embeddingDim(arch: Architecture): number {
  return arch.projectionDim ?? arch.headReads.length * arch.dim
}
