// A random head, and what it computes from embeddings.
import type { NewHead } from '../../../models/merge/head.ts'
import { seededRandom } from '../tiny-vit.ts'

export const labels = ['ant', 'b/ee', '"cat"', '日本']

export function randomHead(dim: number, changes: Partial<NewHead> = {}): NewHead {
  const random = seededRandom(5)
  const numbers = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1)
  return {
    name: 'mine',
    labels,
    weights: numbers(labels.length * dim),
    bias: numbers(labels.length),
    scores: { activation: 'softmax', temperature: 1.5 },
    ...changes,
  }
}

/** weights . embedding + bias for each photo, in double precision. */
export function applyHead({ weights, bias }: NewHead, embeddings: Float32Array): number[] {
  const dim = weights.length / bias.length
  const photos = Array.from({ length: embeddings.length / dim }, (_, n) =>
    embeddings.subarray(n * dim, (n + 1) * dim),
  )
  return photos.flatMap((embedding) =>
    [...bias].map((b, c) =>
      embedding.reduce((sum, value, d) => sum + value * (weights[c * dim + d] ?? 0), b),
    ),
  )
}
