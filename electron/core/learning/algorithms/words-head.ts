// A head made of words: the text embeddings of a text-image model are its weights (zero-shot classification, Radford et al. 2021).
import type { LinearHead } from './logistic-regression.ts'
import type { Scaling } from './scaling.ts'

/** What a text-image model says about each class before any photo is labelled. */
export interface WordsPrior {
  /** [classes, dim], rows of unit length, as the model's image embeddings have. */
  readonly weights: Float32Array
  readonly classes: number
  readonly dim: number
  /** Cosines times this, plus the bias, are the logits that the model was trained with. */
  readonly logitScale: number
  readonly logitBias: number
}

/**
 * The head of the words alone. The scale is part of the weights rather than a temperature, so that another program that reads
 * the logits of an exported model gets the model's own probabilities.
 */
export function headOfWords({ weights, classes, dim, logitScale, logitBias }: WordsPrior): LinearHead {
  return {
    ...{ classes, dim },
    weights: weights.map((value) => value * logitScale),
    bias: new Float32Array(classes).fill(logitBias),
  }
}

/** The same as parameters for scaled embeddings: what a fit starts from. The inverse of foldScaling. */
export function parametersOfWords(prior: WordsPrior, { mean, factor }: Scaling): Float64Array {
  const { classes, dim } = prior
  const { weights, bias } = headOfWords(prior)
  const parameters = new Float64Array(classes * dim + classes)
  for (let c = 0; c < classes; c++) {
    let shift = bias[c] ?? 0
    for (let d = 0; d < dim; d++) {
      const weight = weights[c * dim + d] ?? 0
      parameters[c * dim + d] = weight / factor
      shift += weight * (mean[d] ?? 0)
    }
    parameters[classes * dim + c] = shift
  }
  return parameters
}

/** The prior of some of the classes, in this order. */
export function takeWords(prior: WordsPrior, indices: readonly number[]): WordsPrior {
  const { dim, weights } = prior
  const taken = new Float32Array(indices.length * dim)
  for (const [c, from] of indices.entries())
    taken.set(weights.subarray(from * dim, (from + 1) * dim), c * dim)
  return { ...prior, classes: indices.length, weights: taken }
}
