// Describes a checkpoint's Vision Transformer: what its tensors show, and what its configuration adds.
import { msg } from '../../electron/texts/message.ts'
import { partsOfBlocks, type NamedTensors } from '../checkpoint/named-tensors.ts'
import { ModelError } from '../model-error.ts'
import { createWeights, type Weights } from '../vit/weights.ts'
import { prefixTokens, type Architecture, type HiddenTraits } from './architecture.ts'
import type { ModelConfig } from './model-config.ts'
import type { SeenTensors } from './seen-tensors.ts'
import { timmTraits } from './timm-traits.ts'
import { familyOf, transformersTraits } from './transformers-traits.ts'

/**
 * @throws ModelError `model-invalid` where a tensor is missing or misshapen, `model-unsupported` where the model has
 * parts that we do not build, each naming the tensor or the configuration's field.
 */
export function inferArchitecture(named: NamedTensors, config: ModelConfig): Architecture {
  const weights = createWeights(named)
  const { patchPx, dim } = readPatch(named, weights)
  const [classes = 0, headWidth = 0] = weights.has('head.weight') ? weights.shapeOf('head.weight', 2) : []
  const tokens = {
    hasClassToken: weights.has('cls_token'),
    hasDistillationToken: weights.has('dist_token'),
    registers: weights.has('reg_token') ? (weights.shapeOf('reg_token', 3)[1] ?? 0) : 0,
  }
  const seen: SeenTensors = { named, weights, dim, classes, headWidth, ...tokens }
  const traits = named.library === 'timm' ? timmTraits(seen, config) : transformersTraits(seen, config)
  const parts = partsOfBlocks(named)
  const first = traits.layout === 'multiple' ? 'blocks.0.attns.0.attn' : 'blocks.0.attn'
  const firstMlp = traits.layout === 'multiple' ? 'blocks.0.ffns.0.mlp' : 'blocks.0.mlp'
  const [attentionDim = dim] = weights.shapeOf(`${first}.q.weight`, 2)
  checkHeads(named, traits, attentionDim)
  const relativePositions = weights.has('rel_pos_bias.relative_position_bias_table')
    ? 'shared'
    : parts.has('attn.relative_position_bias_table')
      ? 'each-block'
      : 'none'
  const hasTwoHeads = weights.has('head_dist.weight')
  return {
    ...traits,
    ...tokens,
    library: named.library,
    family: named.library === 'timm' ? 'timm' : familyOf(seen, config),
    patchPx,
    dim,
    depth: named.depth,
    attentionDim,
    mlpDim: weights.shapeOf(`${firstMlp}.fc1.weight`, 2)[0] ?? 0,
    parts,
    classes,
    ...inferGrid(named, weights, config, patchPx, tokens),
    relativePositions,
    hasLayerScale: [...parts].some((part) => /(^|\.)ls\d?\.gamma$/.test(part)),
    hasTwoHeads,
    headReads: hasTwoHeads ? ['cls', 'distillation'] : traits.headReads,
    projectionDim: weights.has('projection.weight')
      ? (weights.shapeOf('projection.weight', 2)[0] ?? 0)
      : null,
  }
}

function readPatch({ file, tensors }: NamedTensors, weights: Weights): { patchPx: number; dim: number } {
  const name = 'patch_embed.proj.weight'
  const stored = tensors.get(name)
  const storedName = stored?.storedName ?? name
  // A matrix takes patches that were cut before, from photos of any shape.
  if (stored?.shape.length === 2)
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{file}} is made for photos of any shape (NaFlex), which Labelroom cannot build; use its variant for a fixed size, such as siglip2-base-patch16-224, or a ready ONNX file (model.onnx) of this model.',
        { file },
      ),
    )
  const [dim = 0, channels, patchPx = 0, patchWidth] = weights.shapeOf(name, 4)
  if (channels === 3 && patchPx === patchWidth && patchPx > 1) return { patchPx, dim }
  throw new ModelError(
    'model-unsupported',
    msg(
      '{{file}}: {{name}} does not cut RGB photos into square patches, so it is no plain ViT; use a ready ONNX file (model.onnx) of this model.',
      { file, name: storedName },
    ),
  )
}

function checkHeads({ file }: NamedTensors, { heads }: HiddenTraits, attentionDim: number): void {
  if (Number.isInteger(heads) && heads > 0 && attentionDim % heads === 0) return
  throw new ModelError(
    'model-invalid',
    msg(
      '{{file}}: the number of attention heads cannot be told from its width {{dim}}; say num_attention_heads in config.json.',
      { file, dim: attentionDim },
    ),
  )
}

type Tokens = Pick<Architecture, 'hasClassToken' | 'hasDistillationToken' | 'registers'>

/** The grid of patches that positions are stored for, and which further tokens have a position. */
function inferGrid(
  named: NamedTensors,
  weights: Weights,
  { imagePx }: ModelConfig,
  patchPx: number,
  tokens: Tokens,
): Pick<Architecture, 'gridRows' | 'gridColumns' | 'positionedTokens' | 'hasPositions'> {
  const stated = { rows: (imagePx?.height ?? 0) / patchPx, columns: (imagePx?.width ?? 0) / patchPx }
  const hasPositions = weights.has('pos_embed')
  if (!hasPositions) {
    const side = relativeSide(weights) ?? Math.floor(224 / patchPx)
    const isStated = Number.isInteger(stated.rows) && stated.rows > 0 && Number.isInteger(stated.columns)
    const grid = isStated ? stated : { rows: side, columns: side }
    return { gridRows: grid.rows, gridColumns: grid.columns, positionedTokens: 0, hasPositions }
  }
  const shape = named.tensors.get('pos_embed')?.shape ?? []
  const count = shape.at(-2) ?? 0
  if (shape.length > 3 || (shape.length === 3 && shape[0] !== 1))
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{file}}: {{name}} is no list of positions, so it is no plain ViT; use a ready ONNX file (model.onnx) of this model.',
        { file: named.file, name: named.storedName('pos_embed') },
      ),
    )
  const prefix = prefixTokens(tokens)
  // timm's later models (DeiT-3, registers) have positions for the patches alone; transformers' registers have none.
  const candidates = named.library === 'timm' ? [prefix, 0] : [prefix - tokens.registers]
  for (const positionedTokens of candidates)
    if (stated.rows * stated.columns === count - positionedTokens)
      return { positionedTokens, gridRows: stated.rows, gridColumns: stated.columns, hasPositions }
  for (const positionedTokens of candidates) {
    const side = Math.sqrt(count - positionedTokens)
    if (Number.isInteger(side) && side > 0)
      return { positionedTokens, gridRows: side, gridColumns: side, hasPositions }
  }
  throw new ModelError(
    'model-invalid',
    msg(
      '{{file}}: {{name}} has {{positions}} positions, which is no square of patches and {{further}} further tokens; say image_size in config.json if the model is not square.',
      { file: named.file, name: named.storedName('pos_embed'), positions: count, further: prefix },
    ),
  )
}

/** A table of relative positions has (2 side - 1) squared rows, and three for the class token. */
function relativeSide(weights: Weights): number | null {
  for (const name of ['rel_pos_bias', 'blocks.0.attn']) {
    const table = `${name}.relative_position_bias_table`
    if (weights.has(table)) return (Math.sqrt((weights.shapeOf(table, 2)[0] ?? 0) - 3) + 1) / 2
  }
  return null
}
