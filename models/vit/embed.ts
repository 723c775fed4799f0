// From pixels to tokens: the patch embedding, the tokens before the patches, and learned positions.
import { prefixTokens, type Architecture, type Grid } from '../config/architecture.ts'
import type { Encoder } from './encoder.ts'
import { resamplePositions } from './position-embedding.ts'
import type { Load, Weights } from './weights.ts'

/** `pixel_values` [N, 3, height, width] -> tokens with their positions [N * tokens, dim]. */
export function embedPatches(
  { g, layers }: Pick<Encoder, 'g' | 'layers'>,
  arch: Architecture,
  weights: Weights,
  grid: Grid,
): string {
  const { dim, patchPx } = arch
  const { rows, columns } = grid
  const prefix = prefixTokens(arch)
  const pixels = g.input('pixel_values', ['N', 3, rows * patchPx, columns * patchPx])
  const kernel = layers.large('patch_embed.proj.weight', [dim, 3, patchPx, patchPx])
  const bias = weights.has('patch_embed.proj.bias') ? [layers.tensor('patch_embed.proj.bias', [dim])] : []
  const convolved = g.node('Conv', [pixels, kernel, ...bias], {
    attributes: { kernel_shape: [patchPx, patchPx], strides: [patchPx, patchPx] },
  })
  const flat = g.node('Reshape', [convolved, g.ints(0, dim, rows * columns)])
  let x = g.node('Transpose', [flat], { attributes: { perm: [0, 2, 1] } })
  if (weights.has('patch_embed.norm.weight')) x = layers.norm(x, 'patch_embed.norm', dim, arch.norm)
  if (prefix > 0) x = g.node('Pad', [x, g.ints(0, prefix, 0, 0, 0, 0)])
  if (prefix > 0 || arch.hasPositions) {
    const added = layers.large('positions', [1, prefix + rows * columns, dim], loadAdded(arch, weights, grid))
    x = g.node('Add', [x, added])
  }
  const tokens = g.node('Reshape', [x, g.ints(-1, dim)])
  return weights.has('norm_pre.weight') ? layers.norm(tokens, 'norm_pre', dim, arch.norm) : tokens
}

/**
 * [prefix + rows * columns, dim], added to the patches behind `prefix` rows of zeros:
 * position embeddings, resampled to the grid, and the learned CLS, distillation and register tokens.
 */
function loadAdded(arch: Architecture, weights: Weights, grid: Grid): Load {
  const { dim, gridRows, gridColumns, positionedTokens, resampling } = arch
  const prefix = prefixTokens(arch)
  const tokens: Load[] = []
  if (arch.hasClassToken) tokens.push(weights.take('cls_token', [dim]))
  if (arch.hasDistillationToken) tokens.push(weights.take('dist_token', [dim]))
  if (arch.registers > 0) tokens.push(weights.take('reg_token', [arch.registers, dim]))
  const loadPositions = arch.hasPositions
    ? weights.take('pos_embed', [positionedTokens + gridRows * gridColumns, dim])
    : null
  return async () => {
    const added = new Float32Array((prefix + grid.rows * grid.columns) * dim)
    let at = 0
    for (const load of tokens) {
      const token = await load()
      added.set(token, at)
      at += token.length
    }
    if (loadPositions === null) return added
    const stored = await loadPositions()
    const positioned = positionedTokens * dim
    for (let i = 0; i < positioned; i++) added[i] = (added[i] ?? 0) + (stored[i] ?? 0)
    const from = { rows: gridRows, columns: gridColumns, dim }
    added.set(resamplePositions(stored.subarray(positioned), from, grid, resampling.positions), prefix * dim)
    return added
  }
}
