// The kinds of heads that are tried.

/** `l2` of a linear head, `neighbours` of a knn head. */
export type HeadChoice =
  | { readonly kind: 'linear'; readonly l2: number; readonly neighbours: null }
  | { readonly kind: 'nearest-mean'; readonly l2: null; readonly neighbours: null }
  | { readonly kind: 'knn'; readonly l2: null; readonly neighbours: number }

export const linear = (l2: number): HeadChoice => ({ kind: 'linear', l2, neighbours: null })
export const nearestMean: HeadChoice = { kind: 'nearest-mean', l2: null, neighbours: null }
export const knn = (neighbours: number): HeadChoice => ({ kind: 'knn', l2: null, neighbours })
