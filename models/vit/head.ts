// From what the head reads to the embedding and the logits.
import { embeddingDim, type Architecture } from '../config/architecture.ts'
import type { Encoder } from './encoder.ts'
import type { Load, Weights } from './weights.ts'

/** read [N, parts * dim] -> the output `cls_embedding` [N, embeddingDim], and `logits` [N, classes] where there are classes. */
export function finish(
  { g, layers }: Pick<Encoder, 'g' | 'layers'>,
  arch: Architecture,
  weights: Weights,
  read: string,
): void {
  const { dim, classes, projectionDim, norm } = arch
  let x = weights.has('fc_norm.weight') ? layers.norm(read, 'fc_norm', dim, norm) : read
  if (projectionDim !== null) x = layers.linear(x, 'projection', [projectionDim, dim], { isSensitive: true })
  if (arch.isNormalised) {
    const length = g.node('ReduceL2', [x, g.ints(1)], { attributes: { keepdims: 1 } })
    x = g.node('Div', [x, length])
  }
  // A name of its own for the output, whatever produced it; the runtime drops the node.
  g.node('Identity', [x], { outputs: ['cls_embedding'] })
  if (classes === 0) return
  if (arch.hasTwoHeads) layers.gemm(x, 'head', [classes, 2 * dim], loadTwoHeads(arch, weights), 'logits')
  else layers.linear(x, 'head', [classes, embeddingDim(arch)], { output: 'logits', isSensitive: true })
}

/** [classes, 2 * dim] and [classes]: two heads become one over both vectors, halved, which is their average. */
function loadTwoHeads({ classes, dim }: Architecture, weights: Weights): { weight: Load; bias: Load } {
  const pair = (kind: 'weight' | 'bias', shape: readonly number[]) =>
    (['head', 'head_dist'] as const).map((head) =>
      weights.has(`${head}.${kind}`)
        ? weights.take(`${head}.${kind}`, shape)
        : () => Promise.resolve(new Float32Array(classes)),
    )
  const [loadFirst, loadSecond] = pair('weight', [classes, dim])
  const loadBiases = pair('bias', [classes])
  return {
    async weight() {
      const [first, second] = [await loadFirst?.(), await loadSecond?.()]
      const both = new Float32Array(2 * classes * dim)
      for (let row = 0; row < classes; row++) {
        for (let i = 0; i < dim; i++) {
          both[row * 2 * dim + i] = (first?.[row * dim + i] ?? 0) / 2
          both[row * 2 * dim + dim + i] = (second?.[row * dim + i] ?? 0) / 2
        }
      }
      return both
    },
    async bias() {
      const [first, second] = await Promise.all(loadBiases.map((load) => load()))
      return Float32Array.from({ length: classes }, (_, i) => ((first?.[i] ?? 0) + (second?.[i] ?? 0)) / 2)
    },
  }
}
