// The traits of transformers' families that show in no tensor: a row for each family, completed by config.json.
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import type { HeadPart, HiddenTraits } from './architecture.ts'
import { cannotBuild } from './cannot-build.ts'
import { activationNamed, usualHeads } from './common-traits.ts'
import type { ModelConfig } from './model-config.ts'
import type { SeenTensors } from './seen-tensors.ts'

interface Family {
  /** What transformers assumes where config.json does not say it. */
  readonly epsilon: number
  readonly activation?: string
  /** What the classifier reads, and what a backbone without one gives. */
  readonly head: HeadPart | 'cls-and-mean'
  readonly embedding: HeadPart
  /** Whether the classifier reads tokens that passed the final norm. */
  readonly hasFinalNorm?: boolean
  readonly resampling?: Partial<HiddenTraits['resampling']>
  readonly rotary?: { readonly theta: number }
  readonly isNormalised?: boolean
}

const vit: Family = { epsilon: 1e-12, head: 'cls', embedding: 'cls' }
const beit: Family = { ...vit, head: 'patch-mean', embedding: 'patch-mean' }
const dinov2: Family = { epsilon: 1e-6, head: 'cls-and-mean', embedding: 'cls' }
const clip: Family = {
  epsilon: 1e-5,
  activation: 'quick_gelu',
  head: 'patch-mean',
  embedding: 'cls',
  hasFinalNorm: false,
  isNormalised: true,
}
const siglip: Family = {
  epsilon: 1e-6,
  activation: 'gelu_pytorch_tanh',
  head: 'token-mean',
  embedding: 'token-attention',
  isNormalised: true,
}

const families: Readonly<Record<string, Family>> = {
  vit,
  deit: vit,
  vit_msn: { ...vit, epsilon: 1e-6 },
  vit_mae: vit,
  ijepa: { ...vit, head: 'token-mean', embedding: 'token-mean' },
  beit,
  'data2vec-vision': beit,
  dinov2,
  // The only one of transformers' that filters positions.
  dinov2_with_registers: { ...dinov2, resampling: { positions: 'bicubic-filtered' } },
  dinov3_vit: { ...dinov2, epsilon: 1e-5, rotary: { theta: 100 } },
  clip,
  clip_vision_model: clip,
  siglip,
  siglip_vision_model: siglip,
}

/** transformers' own name of the family; from the tensors where there is no configuration. */
export function familyOf({ named, weights, registers }: SeenTensors, config: ModelConfig): string {
  if (config.modelType !== null && config.modelType in families) return config.modelType
  if (config.modelType !== null && config.exists && !isOwnType(config.modelType))
    throw cannotBuild(named.file, config)
  const has = (stored: string) => named.storedName('blocks.0.norm1.weight').endsWith(stored)
  if (weights.has('dist_token')) return 'deit'
  if (has('layernorm_before.weight') && weights.has('cls_token') && !hasRelativePositions(weights))
    return 'vit'
  if (has('.norm1.weight') && weights.has('pos_embed'))
    return registers > 0 ? 'dinov2_with_registers' : 'dinov2'
  throw new ModelError(
    'model-unsupported',
    msg(
      '{{file}} needs the config.json that it came with (model_type), which says what its tensors do not show; put it beside the weights.',
      { file: named.file },
    ),
  )
}

/** Labelroom's merged graphs say `vit` whatever they are; a timm folder in transformers' wrapper says so. */
const isOwnType = (type: string): boolean => type === 'timm_wrapper'

const hasRelativePositions = (weights: SeenTensors['weights']): boolean =>
  weights.has('blocks.0.attn.relative_position_bias_table') ||
  weights.has('rel_pos_bias.relative_position_bias_table')

/** @throws ModelError `model-unsupported` naming the field of config.json. */
export function transformersTraits(seen: SeenTensors, config: ModelConfig): HiddenTraits {
  const name = familyOf(seen, config)
  const family = families[name] ?? vit
  const { encoder } = config
  const assumptions = []
  // In transformers' configurations 12 heads are left out; without one the widths that everyone uses tell.
  let heads = encoder.heads ?? (config.modelType === null ? null : 12)
  if (heads === null) {
    heads = usualHeads(seen.dim)
    assumptions.push(msg('{{heads}} attention heads, as usual at this width', { heads }))
  }
  const hasHead = seen.classes > 0
  return {
    heads,
    poolHeads: heads,
    norm: { kind: 'layer', epsilon: encoder.normEpsilon ?? family.epsilon },
    layout: 'pre-norm',
    activation: activationOf(name, family, seen, config),
    headReads: headReads(family, seen, config),
    rotary:
      family.rotary === undefined
        ? null
        : {
            kind: 'centred',
            temperature: encoder.ropeTheta ?? family.rotary.theta,
            pairs: 'halves',
            axes: 'rows-first',
            offset: 0,
            reference: null,
          },
    resampling: { positions: 'bicubic', relative: 'bilinear', ...family.resampling },
    hasFinalNorm: hasHead ? (family.hasFinalNorm ?? true) : true,
    isNormalised: !hasHead && family.isNormalised === true,
    assumptions,
  }
}

function activationOf(
  name: string,
  family: Family,
  { weights }: SeenTensors,
  { encoder, file }: ModelConfig,
) {
  // DINOv2's gated MLP has its own activation, whatever the configuration says.
  if (name.startsWith('dinov2') && weights.has('blocks.0.mlp.gate.weight')) return 'silu'
  return activationNamed(encoder.activation ?? family.activation ?? 'gelu', 'hidden_act', file)
}

function headReads(family: Family, seen: SeenTensors, { encoder }: ModelConfig): readonly HeadPart[] {
  const { classes, dim, headWidth } = seen
  const part = classes > 0 ? family.head : family.embedding
  // BEiT's pooler has a norm exactly where it averages.
  if (family === beit)
    return encoder.usesMean === false || !seen.weights.has('fc_norm.weight') ? ['cls'] : [part as HeadPart]
  if (part !== 'cls-and-mean') return [part]
  return headWidth === 2 * dim ? ['cls', 'patch-mean'] : ['cls']
}
