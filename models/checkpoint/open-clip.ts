// Checkpoints and configurations of open_clip, whose plain CLIP models are those of transformers under other names.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from './files.ts'
import type { StoredTensor } from './safetensors.ts'

export const openClipFiles = {
  weights: 'open_clip_model.safetensors',
  config: 'open_clip_config.json',
} as const

type Tensors = ReadonlyMap<string, StoredTensor>

/**
 * The tensors of a text have no prefix of their own; they get `text.` where these are a CLIP of open_clip with a plain ViT,
 * so that both towers can be told apart. Other tensors are returned as they are.
 */
export function withTextPrefix(tensors: Tensors): Tensors {
  const isOpenClip = ['visual.class_embedding', 'visual.proj', 'token_embedding.weight'].every((name) =>
    tensors.has(name),
  )
  if (!isOpenClip) return tensors
  const isBeside = (name: string) => name.startsWith('visual.') || name.startsWith('logit_')
  return new Map([...tensors].map(([name, tensor]) => [isBeside(name) ? name : `text.${name}`, tensor]))
}

const count = z.int().positive()
const Side = z.union([count, z.tuple([count, count])])
const Tower = z.object({ width: count, head_width: count.optional(), heads: count.optional() })
const ConfigFile = z.object({
  model_cfg: z.object({
    quick_gelu: z.boolean().optional(),
    vision_cfg: Tower.extend({ image_size: Side }),
    text_cfg: Tower,
  }),
  preprocess_cfg: z
    .object({
      mean: z.tuple([z.number(), z.number(), z.number()]).optional(),
      std: z.tuple([z.number(), z.number(), z.number()]).optional(),
      interpolation: z.string().optional(),
      resize_mode: z.string().optional(),
    })
    .nullish(),
})

/** Of OpenAI's models, which open_clip takes where a configuration says nothing. */
const clipMean = [0.48145466, 0.4578275, 0.40821073] as const
const clipStd = [0.26862954, 0.26130258, 0.27577711] as const
/** open_clip's own. */
const headWidth = 64

/** The configuration in the terms of transformers' `config.json` and `preprocessor_config.json`; null where there is none. */
export async function readOpenClipConfig(folder: string) {
  const file = join(folder, openClipFiles.config)
  const stored = await readJson(file, ConfigFile)
  if (stored === null) return null
  const { model_cfg: model, preprocess_cfg: preprocess } = stored
  const side = model.vision_cfg.image_size
  const [height, width] = typeof side === 'number' ? [side, side] : side
  const tower = (sizes: z.infer<typeof Tower>) => ({
    num_attention_heads: sizes.heads ?? Math.floor(sizes.width / (sizes.head_width ?? headWidth)),
    hidden_act: model.quick_gelu === true ? 'quick_gelu' : 'gelu',
    layer_norm_eps: 1e-5,
  })
  return {
    file,
    config: {
      model_type: 'clip',
      vision_config: { ...tower(model.vision_cfg), image_size: [height, width] as [number, number] },
      text_config: tower(model.text_cfg),
    },
    preprocessing: {
      height,
      width,
      mean: preprocess?.mean ?? clipMean,
      std: preprocess?.std ?? clipStd,
      interpolation: preprocess?.interpolation ?? 'bicubic',
      resize: preprocess?.resize_mode ?? 'shortest',
    },
  }
}
