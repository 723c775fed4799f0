// The configurations of heads that cross-validation compares.
import type { WordsPrior } from './words-head.ts'

/**
 * `l2` of a linear head, `neighbours` of a knn head. Of a head of words `l2` is how firmly it is held to them; null: they alone.
 */
export type HeadConfig =
  | { readonly kind: 'linear'; readonly l2: number; readonly neighbours: null }
  | { readonly kind: 'nearest-mean'; readonly l2: null; readonly neighbours: null }
  | { readonly kind: 'knn'; readonly l2: null; readonly neighbours: number }
  | {
      readonly kind: 'words'
      readonly l2: number | null
      readonly neighbours: null
      readonly prior: WordsPrior
    }

export const linear = (l2: number): HeadConfig => ({ kind: 'linear', l2, neighbours: null })
export const nearestMean: HeadConfig = { kind: 'nearest-mean', l2: null, neighbours: null }
export const knn = (neighbours: number): HeadConfig => ({ kind: 'knn', l2: null, neighbours })
export const words = (prior: WordsPrior, l2: number | null): HeadConfig => ({
  ...{ kind: 'words', l2, neighbours: null, prior },
})
