// A trained head that replaces a model's own.
import type { ScoreRule } from '../config/scores.ts'

export interface NewHead {
  /** The name of the model with this head. */
  readonly name: string
  /** One for each class, in the order of the logits. */
  readonly labels: readonly string[]
  /** [classes, dim]: logits = weights . embedding + bias. */
  readonly weights: Float32Array
  readonly bias: Float32Array
  /** How logits become scores. */
  readonly scores: ScoreRule
}

/** Width of the embeddings that it reads. */
export const dimOf = ({ weights, labels }: NewHead): number => weights.length / labels.length
