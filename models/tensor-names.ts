// The two conventions for naming a ViT's tensors, timm's and transformers', behind one set of questions.
import type { Checkpoint } from './checkpoint.ts'
import { ModelError } from './model-error.ts'

export type WeightOrBias = 'weight' | 'bias'
export type BlockPart = 'norm1' | 'q' | 'k' | 'v' | 'proj' | 'ls1' | 'norm2' | 'fc1' | 'fc2' | 'ls2'

export interface TensorNames {
  readonly patchWeight: string
  readonly patchBias: string
  readonly cls: string
  readonly distillationToken: string
  readonly registers: string
  readonly positions: string
  /** `scale` is what a layer scale has; timm's q, k and v share one tensor. */
  readonly block: (index: number, part: BlockPart, kind: WeightOrBias | 'scale') => string
  readonly norm: (kind: WeightOrBias) => string
  readonly pooledNorm: (kind: WeightOrBias) => string
  readonly head: (kind: WeightOrBias) => string
  readonly distillationHead: (kind: WeightOrBias) => string
}

export interface Naming {
  readonly kind: 'timm' | 'transformers'
  readonly family: 'vit' | 'deit' | 'dinov2'
  readonly names: TensorNames
  readonly depth: number
  /** Whether q, k and v are the thirds of one tensor. */
  readonly hasPackedQkv: boolean
  /** Tensors of training which no prediction needs. */
  readonly isUnused: (name: string) => boolean
}

const timmPatch = 'patch_embed.proj.weight'
const transformersPatch = 'embeddings.patch_embeddings.projection.weight'

/**
 * Finds out which convention a checkpoint follows.
 * @throws ModelError `model-unsupported` where it is neither.
 */
export function findNaming(checkpoint: Checkpoint): Naming {
  for (const name of checkpoint.tensors.keys()) {
    if (name.endsWith(transformersPatch))
      return transformersNaming(checkpoint, name.slice(0, -transformersPatch.length))
    if (name.endsWith(timmPatch)) return timmNaming(checkpoint, name.slice(0, -timmPatch.length))
  }
  throw new ModelError(
    'model-unsupported',
    `${checkpoint.file} is no Vision Transformer with timm or transformers names (no ${timmPatch} or ${transformersPatch}); use a ViT, DeiT or DINOv2 checkpoint.`,
  )
}

function countBlocks(checkpoint: Checkpoint, pathOfBlock: (index: number) => string): number {
  const names = [...checkpoint.tensors.keys()]
  let depth = 0
  while (names.some((name) => name.startsWith(pathOfBlock(depth)))) depth++
  return depth
}

function timmNaming(checkpoint: Checkpoint, base: string): Naming {
  const block = (index: number) => `${base}blocks.${index}.`
  const parts: Readonly<Record<BlockPart, string>> = {
    norm1: 'norm1',
    q: 'attn.qkv',
    k: 'attn.qkv',
    v: 'attn.qkv',
    proj: 'attn.proj',
    ls1: 'ls1',
    norm2: 'norm2',
    fc1: 'mlp.fc1',
    fc2: 'mlp.fc2',
    ls2: 'ls2',
  }
  return {
    kind: 'timm',
    family: 'vit',
    depth: countBlocks(checkpoint, block),
    hasPackedQkv: true,
    isUnused: (name) => name.endsWith('mask_token'),
    names: {
      patchWeight: base + timmPatch,
      patchBias: `${base}patch_embed.proj.bias`,
      cls: `${base}cls_token`,
      distillationToken: `${base}dist_token`,
      registers: `${base}reg_token`,
      positions: `${base}pos_embed`,
      block: (index, part, kind) => `${block(index)}${parts[part]}.${kind === 'scale' ? 'gamma' : kind}`,
      norm: (kind) => `${base}norm.${kind}`,
      pooledNorm: (kind) => `${base}fc_norm.${kind}`,
      head: (kind) => `${base}head.${kind}`,
      distillationHead: (kind) => `${base}head_dist.${kind}`,
    },
  }
}

function transformersNaming(checkpoint: Checkpoint, base: string): Naming {
  const { tensors } = checkpoint
  const block = (index: number) => `${base}encoder.layer.${index}.`
  const isDinov2 = tensors.has(`${block(0)}norm1.weight`)
  const parts: Readonly<Record<BlockPart, string>> = {
    norm1: isDinov2 ? 'norm1' : 'layernorm_before',
    q: 'attention.attention.query',
    k: 'attention.attention.key',
    v: 'attention.attention.value',
    proj: 'attention.output.dense',
    ls1: 'layer_scale1',
    norm2: isDinov2 ? 'norm2' : 'layernorm_after',
    fc1: isDinov2 ? 'mlp.fc1' : 'intermediate.dense',
    fc2: isDinov2 ? 'mlp.fc2' : 'output.dense',
    ls2: 'layer_scale2',
  }
  const distillationToken = `${base}embeddings.distillation_token`
  // The head stands beside the model, whatever a training program put before both.
  const outer = base.replace(/[^.]+\.$/, '')
  const head = outer + (tensors.has(`${outer}cls_classifier.weight`) ? 'cls_classifier' : 'classifier')
  return {
    kind: 'transformers',
    family: isDinov2 ? 'dinov2' : tensors.has(distillationToken) ? 'deit' : 'vit',
    depth: countBlocks(checkpoint, block),
    hasPackedQkv: false,
    isUnused: (name) => name.endsWith('embeddings.mask_token') || name.startsWith(`${base}pooler.`),
    names: {
      patchWeight: base + transformersPatch,
      patchBias: `${base}embeddings.patch_embeddings.projection.bias`,
      cls: `${base}embeddings.cls_token`,
      distillationToken,
      registers: `${base}embeddings.register_tokens`,
      positions: `${base}embeddings.position_embeddings`,
      block: (index, part, kind) => `${block(index)}${parts[part]}.${kind === 'scale' ? 'lambda1' : kind}`,
      norm: (kind) => `${base}layernorm.${kind}`,
      pooledNorm: (kind) => `${base}fc_norm.${kind}`,
      head: (kind) => `${head}.${kind}`,
      distillationHead: (kind) => `${outer}distillation_classifier.${kind}`,
    },
  }
}
