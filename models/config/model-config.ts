// Reads config.json in transformers' and timm's form; only the fields that decide how a model is built.
import { join } from 'node:path'
import { z } from 'zod'
import { msg, type Message } from '../../electron/texts/message.ts'
import { readJson } from '../checkpoint/files.ts'
import { readOpenClipConfig } from '../checkpoint/open-clip.ts'
import { ModelError } from '../model-error.ts'

const count = z.int().positive()
const Pair = z.union([count.transform((side): [number, number] => [side, side]), z.tuple([count, count])])
const Triple = z.tuple([z.number(), z.number(), z.number()])

/** What timm's models expect of their input; in old files these fields are at the top level. */
const PretrainedConfig = z.object({
  input_size: z.tuple([count, count, count]).optional(),
  crop_pct: z.number().positive().optional(),
  crop_mode: z.string().optional(),
  interpolation: z.string().optional(),
  mean: Triple.optional(),
  std: Triple.optional(),
})
export type PretrainedConfig = z.infer<typeof PretrainedConfig>

/** How good a model was on photos of its kind that it had not learned from. */
const Quality = z.object({
  /** How often the first label was right. */
  top1Percent: z.number().min(0).max(100),
  /** Of the photos whose best score is at least this, seven of ten were right. */
  suggestedAt: z.number().min(0).max(1),
})
export type Quality = z.infer<typeof Quality>

/** What transformers writes of an image encoder. Models of several stages have lists here, which only ready graphs need. */
const EncoderFields = {
  num_attention_heads: z.union([count, z.array(z.unknown()).transform(() => undefined)]).optional(),
  layer_norm_eps: z.number().positive().optional(),
  hidden_act: z.string().optional(),
  image_size: Pair.nullish(),
  use_mean_pooling: z.boolean().optional(),
  rope_theta: z.number().positive().optional(),
}

const ConfigFile = z.object({
  architecture: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().optional(),
  _name_or_path: z.string().optional(),
  ...EncoderFields,
  /** The image tower's part, where a text tower stands beside it. */
  vision_config: z.object(EncoderFields).nullish(),
  global_pool: z.string().nullish(),
  /** Arguments of timm's function for the architecture; they override the architecture's own values. */
  model_args: z.looseObject({ img_size: Pair.nullish() }).nullish(),
  pretrained_cfg: PretrainedConfig.nullish(),
  /** Labelroom's own fields, in models that it exports and in the bundled one. */
  labelroom: z
    .object({
      name: z.string().min(1).optional(),
      quality: Quality.optional(),
    })
    .nullish(),
})

export interface EncoderConfig {
  readonly heads: number | null
  readonly normEpsilon: number | null
  /** Of the MLP. */
  readonly activation: string | null
  /** BEiT: whether the head reads the mean of the patches. */
  readonly usesMean: boolean | null
  readonly ropeTheta: number | null
}

export interface ModelConfig {
  /** For messages; the file need not exist. */
  readonly file: string
  readonly name: string | null
  /** False where there is no config.json. */
  readonly exists: boolean
  /** transformers' name of the family, and of the classes that the weights were saved from. */
  readonly modelType: string | null
  readonly classNames: readonly string[]
  /** transformers' fields of the image encoder. */
  readonly encoder: EncoderConfig
  /** timm's name of the architecture, and the arguments that were changed. */
  readonly timm: { readonly architecture: string | null; readonly args: Readonly<Record<string, unknown>> }
  /** The size that the stored position embeddings are for, or else the size used for inference. */
  readonly imagePx: { readonly height: number; readonly width: number } | null
  readonly pretrained: PretrainedConfig | null
  /** Null where nobody wrote it down. */
  readonly quality: Quality | null
}

/**
 * Reads `config.json`; without one every field is null.
 * @throws ModelError `model-invalid` naming the unusable field.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = join(folder, 'config.json')
  const stored: z.infer<typeof ConfigFile> | null =
    (await readJson(file, ConfigFile)) ?? (await readOpenClipConfig(folder))?.config ?? null
  const config = stored ?? {}
  const encoder = config.vision_config ?? config
  const pretrained =
    config.pretrained_cfg ?? (config.architecture === undefined ? null : await readOldPretrained(file))
  const [, timmHeight, timmWidth] = pretrained?.input_size ?? []
  const size = config.model_args?.img_size ?? encoder.image_size
  const [height = timmHeight, width = timmWidth] = size ?? []
  return {
    file,
    name: config.labelroom?.name ?? config.architecture ?? lastPart(config._name_or_path),
    exists: stored !== null,
    modelType: config.model_type ?? null,
    classNames: config.architectures ?? [],
    encoder: {
      heads: encoder.num_attention_heads ?? null,
      normEpsilon: encoder.layer_norm_eps ?? null,
      activation: encoder.hidden_act ?? null,
      usesMean: encoder.use_mean_pooling ?? null,
      ropeTheta: encoder.rope_theta ?? null,
    },
    timm: {
      architecture: config.architecture ?? null,
      // timm reads global_pool beside the arguments, too; the arguments win.
      args: {
        ...(typeof config.global_pool === 'string' ? { global_pool: config.global_pool } : {}),
        ...config.model_args,
      },
    },
    imagePx: height === undefined || width === undefined ? null : { height, width },
    pretrained,
    quality: config.labelroom?.quality ?? null,
  }
}

/** timm's configuration of 2022 and before has no `pretrained_cfg`; null where it has none of its fields either. */
async function readOldPretrained(file: string): Promise<PretrainedConfig | null> {
  const config = await readJson(file, PretrainedConfig)
  return config !== null && Object.keys(config).some((key) => !key.startsWith('label')) ? config : null
}

/** A ModelError for a configuration's setting that Labelroom does not support. */
export function unsupported(file: string, field: string | Message, value: string | Message): ModelError {
  return new ModelError(
    'model-unsupported',
    msg('{{file}} asks for {{field}} {{value}}, which is not supported; use another model.', {
      file,
      field,
      value,
    }),
  )
}

/** Of a path; null where there is none, as in many published configurations. */
function lastPart(path = ''): string | null {
  const name = path.split('/').at(-1) ?? ''
  return name === '' ? null : name
}
