// Reads config.json in transformers' and timm's form; only the fields that decide how a model is built.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from './files.ts'
import { ModelError } from './model-error.ts'

const count = z.int().positive()
const Pair = z.union([count.transform((side): [number, number] => [side, side]), z.tuple([count, count])])
const Triple = z.tuple([z.number(), z.number(), z.number()])

/** How timm says what a model expects of its input; old files say it beside everything else. */
const PretrainedConfig = z.object({
  input_size: z.tuple([count, count, count]).optional(),
  crop_pct: z.number().positive().optional(),
  crop_mode: z.string().optional(),
  interpolation: z.string().optional(),
  mean: Triple.optional(),
  std: Triple.optional(),
  label_names: z.array(z.string()).optional(),
  /** Its older name. */
  labels: z.array(z.string()).optional(),
})
export type PretrainedConfig = z.infer<typeof PretrainedConfig>

const ConfigFile = z.object({
  architecture: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().optional(),
  _name_or_path: z.string().optional(),
  num_attention_heads: count.optional(),
  layer_norm_eps: z.number().positive().optional(),
  hidden_act: z.string().optional(),
  image_size: Pair.nullish(),
  global_pool: z.string().nullish(),
  /** What timm's function for the architecture is called with; it goes before what the architecture says itself. */
  model_args: z
    .looseObject({
      num_heads: count.optional(),
      act_layer: z.string().nullish(),
      global_pool: z.string().nullish(),
    })
    .nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
  label_names: z.array(z.string()).nullish(),
  pretrained_cfg: PretrainedConfig.nullish(),
  /** transformers' word for what the loss was, and so for how logits are read. */
  problem_type: z.string().nullish(),
  /** What Labelroom adds to models that it exports. */
  labelroom: z.object({ name: z.string().min(1), temperature: z.number().positive() }).nullish(),
})

/** How logits become scores. */
export interface ScoreRule {
  /** `softmax`: one label a photo. `sigmoid`: each label by itself. */
  readonly activation: 'softmax' | 'sigmoid'
  /** Logits are divided by it first. */
  readonly temperature: number
}

export interface ModelConfig {
  /** For messages; it need not be there. */
  readonly file: string
  readonly name: string | null
  readonly heads: number | null
  readonly normEpsilon: number | null
  /** The size that the stored position embeddings are for, or else the size used for inference. */
  readonly imagePx: { readonly height: number; readonly width: number } | null
  readonly globalPool: string | null
  /** Of the MLP. */
  readonly activation: { readonly field: string; readonly value: string } | null
  readonly pretrained: PretrainedConfig | null
  readonly labels: readonly string[] | null
  readonly scores: ScoreRule
}

/**
 * Reads `config.json`; without one every field is null.
 * @throws ModelError `model-invalid` naming the unusable field.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = join(folder, 'config.json')
  const config = (await readJson(file, ConfigFile)) ?? {}
  const pretrained =
    config.pretrained_cfg ?? (config.architecture === undefined ? null : await readOldPretrained(file))
  const [, timmHeight, timmWidth] = pretrained?.input_size ?? []
  const [height = timmHeight, width = timmWidth] = config.image_size ?? []
  return {
    file,
    name: config.labelroom?.name ?? config.architecture ?? config._name_or_path?.split('/').at(-1) ?? null,
    heads: config.num_attention_heads ?? config.model_args?.num_heads ?? null,
    normEpsilon: config.layer_norm_eps ?? null,
    imagePx: height === undefined || width === undefined ? null : { height, width },
    globalPool: config.model_args?.global_pool ?? config.global_pool ?? null,
    activation: activationOf(config),
    pretrained,
    labels:
      labelsFrom(config.id2label) ??
      config.label_names ??
      pretrained?.label_names ??
      pretrained?.labels ??
      null,
    scores: {
      activation: config.problem_type === 'multi_label_classification' ? 'sigmoid' : 'softmax',
      temperature: config.labelroom?.temperature ?? 1,
    },
  }
}

function activationOf({ hidden_act: hidden, model_args: args }: z.infer<typeof ConfigFile>) {
  if (hidden !== undefined) return { field: 'hidden_act', value: hidden }
  const value = args?.act_layer ?? null
  return value === null ? null : { field: 'act_layer', value }
}

/** timm's configuration of 2022 and before has no part of its own for photos; null where it says nothing of them. */
async function readOldPretrained(file: string): Promise<PretrainedConfig | null> {
  const config = await readJson(file, PretrainedConfig)
  return config !== null && Object.keys(config).some((key) => !key.startsWith('label')) ? config : null
}

/** What a configuration asks for and we do not do. */
export function unsupported(file: string, field: string, value: string): ModelError {
  return new ModelError('model-unsupported', `${file} asks for ${field} ${value}, which is not supported.`)
}

/**
 * How the logits of so many classes become scores; `activation` is that of a graph which ends in one. A single class is
 * scored by itself, as in transformers: its share of itself would always be 1.
 */
export function scoreRuleOf(
  { scores }: ModelConfig,
  classes: number,
  activation = scores.activation,
): ScoreRule {
  return { ...scores, activation: classes === 1 ? 'sigmoid' : activation }
}

/** id2label's values in the order of their numbers; null where the numbers are not 0, 1, 2... */
export function labelsFrom(id2label: Readonly<Record<string, string>> | null | undefined): string[] | null {
  if (id2label === null || id2label === undefined) return null
  const labels = Object.keys(id2label).map((_key, index) => id2label[String(index)])
  return labels.every((label) => label !== undefined) ? labels : null
}
