// What the text encoder of a text-image model (CLIP, SigLIP, SigLIP 2) looks like, from its configuration and tensors.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { lacksTensor, readCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts'
import { readJson } from '../checkpoint/files.ts'
import { readFloats } from '../checkpoint/safetensors.ts'
import { unsupported } from '../config/model-config.ts'
import { ModelError } from '../model-error.ts'

export type TextActivation = 'quick_gelu' | 'gelu' | 'gelu_pytorch_tanh'

export interface TextEncoder {
  /** `clip`: causal attention, read at the end of the text. `siglip`: padded to the full length, read at the last token. */
  readonly family: 'clip' | 'siglip'
  readonly checkpoint: Checkpoint
  readonly dim: number
  readonly depth: number
  readonly heads: number
  readonly mlpDim: number
  readonly maxTokens: number
  readonly vocabulary: number
  /** Of text and image embeddings alike. */
  readonly embeddingDim: number
  readonly normEpsilon: number
  readonly activation: TextActivation
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
const activations: readonly string[] = ['quick_gelu', 'gelu', 'gelu_pytorch_tanh'] satisfies TextActivation[]
const isActivation = (value: string): value is TextActivation => activations.includes(value)

export const textTensors = {
  tokens: 'text_model.embeddings.token_embedding.weight',
  positions: 'text_model.embeddings.position_embedding.weight',
  block: (index: number, part: string) => `text_model.encoder.layers.${index}.${part}`,
  finalNorm: (kind: 'weight' | 'bias') => `text_model.final_layer_norm.${kind}`,
} as const

/** Whether a checkpoint has a text encoder that readTextEncoder reads. */
export const hasTextEncoder = ({ tensors }: Checkpoint): boolean =>
  tensors.has(textTensors.tokens) && tensors.has('logit_scale')

/**
 * Reads the text encoder beside an image encoder; none of its weights but the logits' scale and bias.
 * @throws ModelError `model-unsupported` where the folder has none or it is of another kind, `model-invalid` naming a tensor
 * that is missing or misshapen.
 */
export async function readTextEncoder(folder: string): Promise<TextEncoder> {
  const checkpoint = await readCheckpoint(folder)
  if (checkpoint === null || !hasTextEncoder(checkpoint)) {
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{folder}} cannot read words: it has no text encoder of CLIP or SigLIP. Use a text-image model, such as clip-vit-base-patch32.',
        { folder },
      ),
    )
  }
  const file = join(folder, 'config.json')
  const config = (await readJson(file, ConfigFile)) ?? {}
  const family = checkpoint.tensors.has('text_model.head.weight') ? 'siglip' : 'clip'
  const settings = { ...config.text_config, ...config.text_config_dict }
  const standard = defaults[family]
  const activation = settings.hidden_act ?? standard.activation
  if (!isActivation(activation)) throw unsupported(file, 'hidden_act', activation)
  const shapes = readShapes(checkpoint, family)
  const heads = settings.num_attention_heads ?? standard.heads
  if (shapes.dim % heads !== 0) {
    throw new ModelError(
      'model-invalid',
      msg(
        '{{file}} says {{heads}} attention heads for texts, which do not divide its width {{dim}}; correct it.',
        {
          file,
          heads,
          dim: shapes.dim,
        },
      ),
    )
  }
  return {
    ...{ family, checkpoint, heads, activation, ...shapes },
    normEpsilon: settings.layer_norm_eps ?? standard.normEpsilon,
    padToken: settings.pad_token_id ?? standard.padToken,
    logitScale: Math.exp(await readScalar(checkpoint, 'logit_scale')),
    logitBias: checkpoint.tensors.has('logit_bias') ? await readScalar(checkpoint, 'logit_bias') : 0,
  }
}

type Shapes = Pick<TextEncoder, 'dim' | 'depth' | 'mlpDim' | 'maxTokens' | 'vocabulary' | 'embeddingDim'>

/** Every tensor is there and has the shape that the others ask for. */
function readShapes(checkpoint: Checkpoint, family: TextEncoder['family']): Shapes {
  const { tensors, file } = checkpoint
  const shapeOf = (name: string, ...wanted: (number | null)[]): readonly number[] => {
    const shape = tensors.get(name)?.shape
    if (shape === undefined) throw lacksTensor(checkpoint, name)
    if (shape.length === wanted.length && wanted.every((size, i) => size === null || size === shape[i]))
      return shape
    throw new ModelError(
      'model-invalid',
      msg(
        '{{file}}: tensor {{name}} has shape [{{shape}}], which does not fit the rest of its text encoder.',
        {
          file,
          name,
          shape: shape.join(', '),
        },
      ),
    )
  }
  const [vocabulary = 0, dim = 0] = shapeOf(textTensors.tokens, null, null)
  const [maxTokens = 0] = shapeOf(textTensors.positions, null, dim)
  let depth = 0
  let mlpDim = 0
  while (tensors.has(textTensors.block(depth, 'layer_norm1.weight'))) {
    const part = (name: string) => textTensors.block(depth, name)
    ;[mlpDim = 0] = shapeOf(part('mlp.fc1.weight'), depth === 0 ? null : mlpDim, dim)
    shapeOf(part('mlp.fc1.bias'), mlpDim)
    shapeOf(part('mlp.fc2.weight'), dim, mlpDim)
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      shapeOf(part(`self_attn.${name}.weight`), dim, dim)
    for (const name of ['layer_norm1.weight', 'layer_norm1.bias', 'layer_norm2.weight', 'layer_norm2.bias'])
      shapeOf(part(name), dim)
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      shapeOf(part(`self_attn.${name}.bias`), dim)
    shapeOf(part('mlp.fc2.bias'), dim)
    depth++
  }
  for (const kind of ['weight', 'bias'] as const) shapeOf(textTensors.finalNorm(kind), dim)
  const [embeddingDim = 0] = shapeOf(projectionOf(family), null, dim)
  if (family === 'siglip') shapeOf('text_model.head.bias', embeddingDim)
  return { dim, depth, mlpDim, maxTokens, vocabulary, embeddingDim }
}

/** The matrix [embeddingDim, dim] between the token that is read and the embedding. */
export const projectionOf = (family: TextEncoder['family']): string =>
  family === 'clip' ? 'text_projection.weight' : 'text_model.head.weight'

async function readScalar(checkpoint: Checkpoint, name: string): Promise<number> {
  const tensor = checkpoint.tensors.get(name)
  if (tensor === undefined) throw lacksTensor(checkpoint, name)
  const [value] = await readFloats(name, tensor)
  if (value !== undefined && Number.isFinite(value)) return value
  throw new ModelError(
    'model-invalid',
    msg('{{file}}: {{name}} is no number; download or copy it again.', { file: checkpoint.file, name }),
  )
}
