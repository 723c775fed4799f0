// The traits of timm's models that show in no tensor: from the name of the architecture and its arguments.
import { basename, dirname, extname } from 'node:path'
import { msg, type Message } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import type { Activation } from '../vit/layers.ts'
import type { BlockLayout, HeadPart, HiddenTraits, Rotary } from './architecture.ts'
import { cannotBuild } from './cannot-build.ts'
import { activationNamed, usualHeads } from './common-traits.ts'
import { unsupported, type ModelConfig } from './model-config.ts'
import type { SeenTensors } from './seen-tensors.ts'
import architectures from './timm-architectures.json' with { type: 'json' }

/** A row of timm-architectures.json, which test/scripts/model-parity/timm_traits.py reads out of timm. */
interface KnownTraits {
  readonly heads?: number
  readonly pool?: string
  readonly poolsPrefix?: boolean
  readonly poolHeads?: number
  readonly norm?: string
  readonly epsilon?: number
  readonly activation?: string
  readonly layout?: string
  readonly finalNorm?: boolean
  readonly rotary?: {
    readonly kind: string
    readonly temperature?: number
    readonly pairs?: string
    readonly axes?: string
    readonly offset?: number
    readonly reference?: readonly number[]
  }
  /** The part that Labelroom does not build. */
  readonly unsupported?: string
}

const known: ReadonlyMap<string, KnownTraits> = new Map(
  (architectures as readonly (KnownTraits & { readonly names: readonly string[] })[]).flatMap((traits) =>
    traits.names.map((name) => [name, traits] as const),
  ),
)

const familyName = (architecture: string): string => architecture.split('_')[0] ?? ''
const families = new Set([...known.keys()].map(familyName))

/** Arguments that change no result, or that show in the tensors. */
const visibleArguments =
  /^(in_chans|num_classes|img_size|patch_size|embed_dim|depth|mlp_ratio|qkv_bias|qkv_fused|proj_bias|qk_norm|init_values|class_token|(num_)?reg_tokens|no_embed_class|pre_norm|fc_norm|pos_embed|scale_\w+|swiglu_mlp|use_\w+|dynamic_img_(size|pad)|\w*drop(_path)?_rate|weight_init|fix_init|head_init_scale|pretrained\w*)$/
const understoodArguments = new Set([
  ...['num_heads', 'act_layer', 'norm_layer', 'global_pool', 'pool_include_prefix', 'final_norm'],
  'attn_pool_num_heads',
])

/**
 * @throws ModelError `model-unsupported` naming the argument in config.json, or the part that is not built; `model-invalid`
 * where the architecture must be named.
 */
export function timmTraits(seen: SeenTensors, config: ModelConfig): HiddenTraits {
  const { args } = config.timm
  for (const [name, value] of Object.entries(args))
    if (!understoodArguments.has(name) && !visibleArguments.test(name))
      throw unsupported(config.file, `model_args.${name}`, JSON.stringify(value))
  const name = architectureName(seen, config)
  const traits = (name === null ? undefined : known.get(name)) ?? {}
  if (traits.unsupported !== undefined) throw cannotBuild(seen.named.file, config, traits.unsupported)
  const assumptions: Message[] = []
  if (name === null || !known.has(name)) {
    requirePlain(seen, config)
    assumptions.push(msg('the usual traits of a ViT, as its architecture is not named'))
  }
  const textArgument = (argument: string) => (typeof args[argument] === 'string' ? args[argument] : undefined)
  const numberArgument = (argument: string) =>
    typeof args[argument] === 'number' ? args[argument] : undefined
  let heads = numberArgument('num_heads') ?? config.encoder.heads ?? traits.heads
  if (heads === undefined) {
    heads = usualHeads(seen.dim)
    assumptions.push(msg('{{heads}} attention heads, as usual at this width', { heads }))
  }
  const [field, activation] =
    textArgument('act_layer') === undefined && config.encoder.activation !== null
      ? ['hidden_act', config.encoder.activation]
      : ['act_layer', textArgument('act_layer') ?? traits.activation ?? 'gelu']
  const normLayer = textArgument('norm_layer')
  if (normLayer !== undefined && normLayer !== 'layernorm' && normLayer !== 'rmsnorm')
    throw unsupported(config.file, 'norm_layer', normLayer)
  const storedEpsilon = normLayer === undefined ? traits.epsilon : undefined
  return {
    heads,
    poolHeads: numberArgument('attn_pool_num_heads') ?? traits.poolHeads ?? heads,
    norm: {
      kind: (normLayer ?? traits.norm ?? 'layer').startsWith('rms') ? 'rms' : 'layer',
      epsilon: config.encoder.normEpsilon ?? storedEpsilon ?? 1e-6,
    },
    layout: (traits.layout ?? 'pre-norm') as BlockLayout,
    activation: gateActivation(seen) ?? activationNamed(activation, field, config.file),
    headReads: [headPart(seen, config, traits)],
    rotary: rotaryOf(traits.rotary),
    resampling: { positions: 'bicubic-filtered', relative: 'geometric' },
    hasFinalNorm: args['final_norm'] !== false && traits.finalNorm !== false,
    isNormalised: false,
    assumptions,
  }
}

/** The name in config.json, else a known one that is the name of the folder or file; without the tag of the weights. */
function architectureName({ named }: SeenTensors, { timm }: ModelConfig): string | null {
  const withoutTag = (name: string) => name.replace(/\..*$/, '')
  if (timm.architecture !== null) return withoutTag(timm.architecture)
  const file = basename(named.file, extname(named.file))
  return [file, basename(dirname(named.file))].map(withoutTag).find((name) => known.has(name)) ?? null
}

/** Nothing can be taken for granted of a model whose traits differ between the families that its tensors fit. */
function requirePlain({ named, weights }: SeenTensors, config: ModelConfig): void {
  const { architecture } = config.timm
  if (architecture !== null && !families.has(familyName(architecture))) throw cannotBuild(named.file, config)
  const isPlain =
    weights.has('pos_embed') &&
    weights.has('blocks.0.norm1.bias') &&
    !weights.has('norm_pre.weight') &&
    !weights.has('blocks.0.mlp.gate.weight')
  if (isPlain) return
  if (architecture !== null) throw cannotBuild(named.file, config)
  throw new ModelError(
    'model-invalid',
    msg(
      '{{file}} does not show which model of timm it is; say "architecture" in config.json beside it, such as vit_base_patch16_clip_224.',
      { file: named.file },
    ),
  )
}

/** timm's gated MLPs are all SwiGLU; the activation of a plain one is named. */
const gateActivation = ({ weights }: SeenTensors): Activation | null =>
  weights.has('blocks.0.mlp.gate.weight') ? 'silu' : null

const pools: Readonly<Record<string, 'cls' | 'mean' | 'max' | 'mean-max' | 'attention'>> = {
  '': 'cls',
  token: 'cls',
  avg: 'mean',
  max: 'max',
  avgmax: 'mean-max',
  map: 'attention',
}

function headPart({ weights }: SeenTensors, config: ModelConfig, traits: KnownTraits): HeadPart {
  const { args } = config.timm
  // In timm a norm after pooling means that patches are averaged, unless the configuration sets another pooling.
  const usual = traits.pool ?? (weights.has('fc_norm.weight') ? 'avg' : 'token')
  const name = typeof args['global_pool'] === 'string' ? args['global_pool'] : usual
  const pool = pools[name]
  if (pool === undefined) throw unsupported(config.file, 'global_pool', name)
  if (pool === 'cls') return 'cls'
  const withPrefix = args['pool_include_prefix'] ?? traits.poolsPrefix ?? false
  return `${withPrefix === true ? 'token' : 'patch'}-${pool}`
}

function rotaryOf(stored: KnownTraits['rotary']): Rotary | null {
  if (stored === undefined) return null
  const [rows, columns] = stored.reference ?? []
  return {
    kind: stored.kind as Rotary['kind'],
    temperature: stored.temperature ?? 1,
    pairs: (stored.pairs ?? 'neighbours') as Rotary['pairs'],
    axes: (stored.axes ?? 'rows-first') as Rotary['axes'],
    offset: stored.offset ?? 0,
    reference: rows === undefined || columns === undefined ? null : { rows, columns },
  }
}
