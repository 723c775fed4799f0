// The tensors of a ViLT checkpoint that its graph does not take as they are.
import { lacksTensor, type Checkpoint } from '../checkpoint/checkpoint.ts'
import { nameTensors, type NamedTensors } from '../checkpoint/named-tensors.ts'
import { vilt } from '../checkpoint/tensor-names.ts'
import type { Load, Weights } from '../vit/weights.ts'
import type { ViltConfig } from './config.ts'

/** @throws ModelError `model-invalid` where it has no patch embedding, by whose name the others are found. */
export function nameViltTensors(checkpoint: Checkpoint): NamedTensors {
  const named = nameTensors(checkpoint, [vilt])
  if (named === null) throw lacksTensor(checkpoint, `vilt.${vilt.marker}`)
  return named
}

/** [maxTokens, dim]: positions with the first token type, which every token of one text has. */
export function textPositions(weights: Weights, { dim, maxTokens, tokenTypes }: ViltConfig): Load {
  const loadTypes = weights.take('text.types.weight', [tokenTypes, dim])
  const loadPositions = weights.take('text.positions.weight', [maxTokens, dim])
  return async () => {
    const type = await loadTypes()
    return (await loadPositions()).map((value, i) => value + (type[i % dim] ?? 0))
  }
}

/** [dim]: the norm's bias with the modality of text, which is added after the norm. */
export function textNormBias(weights: Weights, { dim, modalities }: ViltConfig): Load {
  const loadModalities = weights.take('modalities.weight', [modalities, dim])
  const loadBias = weights.take('text.norm.bias', [dim])
  return async () => {
    const modality = await loadModalities()
    return (await loadBias()).map((value, i) => value + (modality[i] ?? 0))
  }
}

/**
 * [1 + gridSide^2 + photos, dim], the rows that make up what is added to a photo's tokens: the whole CLS token, the
 * position of each patch, and the modality of the first photo and of the second. The patch embedding's bias, which
 * the CLS row gets too, is taken off it. See [Note: ViLT inputs].
 */
export function photoTable(weights: Weights, { dim, gridSide, modalities }: ViltConfig): Load {
  const loads = [
    weights.take('cls_token', [dim]),
    weights.take('pos_embed', [1 + gridSide * gridSide, dim]),
    weights.take('patch_embed.proj.bias', [dim]),
    weights.take('modalities.weight', [modalities, dim]),
  ] as const
  return async () => {
    const [cls, positions, bias, modality] = await Promise.all(loads.map((load) => load()))
    const table = new Float32Array((gridSide * gridSide + modalities) * dim)
    table.set(positions ?? [])
    for (let i = 0; i < dim; i++) table[i] = (cls?.[i] ?? 0) + (positions?.[i] ?? 0) - (bias?.[i] ?? 0)
    table.set(modality?.subarray(dim) ?? [], positions?.length)
    return table
  }
}
