// What the text encoder of a text-image model (CLIP, SigLIP, SigLIP 2) looks like, from its configuration and tensors.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { readCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts'
import { readJson } from '../checkpoint/files.ts'
import { readOpenClipConfig } from '../checkpoint/open-clip.ts'
import { nameTensors, partsOfBlocks, type NamedTensors } from '../checkpoint/named-tensors.ts'
import { openClipText, textTower } from '../checkpoint/tensor-names.ts'
import type { BlockArchitecture } from '../config/architecture.ts'
import { activationNamed } from '../config/common-traits.ts'
import { ModelError } from '../model-error.ts'
import { createWeights, type Weights } from '../vit/weights.ts'

export interface TextEncoder {
  /** `clip`: causal attention, read at the end of the text. `siglip`: padded to the full length, read at the last token. */
  readonly family: 'clip' | 'siglip'
  /** `tokens`, `positions`, `blocks.0...`, `norm` and `head`, which leads to the embedding. */
  readonly named: NamedTensors
  readonly block: BlockArchitecture
  readonly depth: number
  readonly maxTokens: number
  readonly vocabulary: number
  /** Of text and image embeddings alike. */
  readonly embeddingDim: number
  /** With it SigLIP's texts are made as long as its model takes. */
  readonly padToken: number
  /** Cosines times this, plus the bias, are the logits that the model was trained with. */
  readonly logitScale: number
  readonly logitBias: number
}

const count = z.int().positive()
const TextConfig = z.object({
  num_attention_heads: count.optional(),
  layer_norm_eps: z.number().positive().optional(),
  hidden_act: z.string().optional(),
  pad_token_id: z.int().nonnegative().nullish(),
})
const ConfigFile = z.object({
  model_type: z.string().optional(),
  text_config: TextConfig.nullish(),
  /** Of checkpoints of 2022; where it is there, it counts. */
  text_config_dict: TextConfig.nullish(),
})

/** What transformers takes where a configuration says nothing. */
const defaults = {
  clip: { heads: 8, normEpsilon: 1e-5, activation: 'quick_gelu', padToken: 1 },
  siglip: { heads: 12, normEpsilon: 1e-6, activation: 'gelu_pytorch_tanh', padToken: 1 },
} as const

/** Whether a checkpoint has a text encoder that readTextEncoder reads. */
export const hasTextEncoder = ({ tensors }: Checkpoint): boolean =>
  tensors.has('logit_scale') &&
  (tensors.has('text_model.embeddings.token_embedding.weight') || tensors.has('text.token_embedding.weight'))

/**
 * Reads the text encoder beside an image encoder; none of its weights but the logits' scale and bias.
 * @throws ModelError `model-unsupported` where the folder has none or it is of another kind, `model-invalid` naming a tensor
 * that is missing or misshapen.
 */
export async function readTextEncoder(folder: string): Promise<TextEncoder> {
  const checkpoint = await readCheckpoint(folder)
  const named =
    checkpoint !== null && hasTextEncoder(checkpoint)
      ? nameTensors(checkpoint, [textTower, openClipText])
      : null
  if (named === null) {
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{folder}} cannot read words: it has no text encoder of CLIP or SigLIP. Use a text-image model, such as clip-vit-base-patch32.',
        { folder },
      ),
    )
  }
  const file = join(folder, 'config.json')
  const config: z.infer<typeof ConfigFile> =
    (await readJson(file, ConfigFile)) ?? (await readOpenClipConfig(folder))?.config ?? {}
  const weights = createWeights(named)
  const family = weights.has('head.bias') ? 'siglip' : 'clip'
  const settings = { ...config.text_config, ...config.text_config_dict }
  const standard = defaults[family]
  const [vocabulary = 0, dim = 0] = weights.shapeOf('tokens.weight', 2)
  const [maxTokens = 0] = weights.shapeOf('positions.weight', 2)
  const [mlpDim = 0] = weights.shapeOf('blocks.0.mlp.fc1.weight', 2)
  const [embeddingDim = 0] = weights.shapeOf('head.weight', 2)
  const heads = settings.num_attention_heads ?? standard.heads
  if (dim % heads !== 0) {
    throw new ModelError(
      'model-invalid',
      msg(
        '{{file}} says {{heads}} attention heads for texts, which do not divide its width {{dim}}; correct it.',
        { file, heads, dim },
      ),
    )
  }
  return {
    ...{ family, named, depth: named.depth, maxTokens, vocabulary, embeddingDim },
    block: {
      ...{ dim, heads, attentionDim: dim, mlpDim, layout: 'pre-norm', parts: partsOfBlocks(named) },
      norm: { kind: 'layer', epsilon: settings.layer_norm_eps ?? standard.normEpsilon },
      activation: activationNamed(settings.hidden_act ?? standard.activation, 'hidden_act', file),
    },
    padToken: settings.pad_token_id ?? standard.padToken,
    logitScale: Math.exp(await readScalar(named, weights, 'logit_scale')),
    logitBias: weights.has('logit_bias') ? await readScalar(named, weights, 'logit_bias') : 0,
  }
}

/** A single number, which older files keep as a list of one. */
async function readScalar({ file, tensors }: NamedTensors, weights: Weights, name: string): Promise<number> {
  const [value] = await weights.take(name, tensors.get(name)?.shape.length === 0 ? [] : [1])()
  if (value !== undefined && Number.isFinite(value)) return value
  throw new ModelError(
    'model-invalid',
    msg('{{file}}: {{name}} is no number; download or copy it again.', { file, name }),
  )
}
