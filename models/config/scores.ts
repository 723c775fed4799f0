// How logits become scores: one label a photo or several, as the files of a model say; nothing is guessed.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { readJson } from '../checkpoint/files.ts'
import { ModelError } from '../model-error.ts'
import type { Tag, Tagger, Thresholds } from './tagger.ts'

/** `softmax`: one label a photo. `sigmoid`: each label by itself. */
export type Activation = 'softmax' | 'sigmoid'

export interface ScoreRule {
  readonly activation: Activation
  /** Logits are divided by it first. */
  readonly temperature: number
}

/** What a model's files say of its scores. */
export interface ModelScores {
  /** Null where they do not say; the user has to. */
  readonly activation: Activation | null
  /** The file or rule that says so, for users; null where nothing does. */
  readonly from: string | null
  readonly temperature: number
  /** Whether the model's outputs are probabilities already, and not logits. */
  readonly isProbability: boolean
  /** For each class the score from which it counts as found; null for a model whose best labels are taken. */
  readonly thresholds: readonly number[] | null
}

const ScoreFields = z.looseObject({
  /** transformers' word for what the loss was. */
  problem_type: z.string().nullish(),
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().nullish(),
  num_labels: z.number().nullish(),
  labelroom: z.looseObject({ temperature: z.number().positive().optional() }).nullish(),
})

/** Numbers of classes by which timm knows that a model is one of ImageNet's, where each photo has one label. */
const imagenetClasses: ReadonlySet<number> = new Set([1000, 11_221, 11_821, 21_841, 21_842, 21_843])

export interface ScoreFacts {
  readonly folder: string
  readonly classes: number
  /** Whose names the tensors have; null for a ready graph. */
  readonly library: 'timm' | 'transformers' | null
  /** What a ready graph ends in. */
  readonly ending: Activation | null
  readonly isProbability: boolean
  readonly tagger: Tagger | null
  /** What the catalogue says of a model that was downloaded. */
  readonly catalogued: Activation | null
}

/**
 * Reads how a model scores: from `problem_type`, from the end of a ready graph, from a list of tags; else by the rule of
 * the library that it was made for.
 * @throws ModelError `model-unsupported` for a model that gives numbers and no labels.
 */
export async function readScores(facts: ScoreFacts): Promise<ModelScores> {
  const file = join(facts.folder, 'config.json')
  const config = (await readJson(file, ScoreFields)) ?? {}
  if (config.problem_type === 'regression')
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{file}} is of a model that gives numbers (problem_type regression) and no labels; use one that was trained to classify.',
        { file },
      ),
    )
  return {
    ...findActivation(facts, config),
    temperature: config.labelroom?.temperature ?? 1,
    isProbability: facts.isProbability,
    thresholds: facts.tagger === null ? null : thresholdsOf(facts.tagger.tags, facts.tagger.thresholds),
  }
}

function findActivation(
  { classes, library, ending, tagger, catalogued }: ScoreFacts,
  config: z.infer<typeof ScoreFields>,
): Pick<ModelScores, 'activation' | 'from'> {
  if (ending !== null) return { activation: ending, from: 'model.onnx' }
  if (config.problem_type === 'multi_label_classification')
    return { activation: 'sigmoid', from: 'problem_type' }
  if (config.problem_type === 'single_label_classification')
    return { activation: 'softmax', from: 'problem_type' }
  if (tagger !== null) return { activation: 'sigmoid', from: tagger.file }
  // A softmax over one class would always be 1.
  if (classes === 1) return { activation: 'sigmoid', from: 'transformers' }
  if (catalogued !== null) return { activation: catalogued, from: 'catalogue' }
  if (config.labelroom !== null && config.labelroom !== undefined)
    return { activation: 'softmax', from: 'labelroom' }
  const isOfTransformers =
    library === 'transformers' ||
    typeof config.model_type === 'string' ||
    (config.architectures ?? []).some((name) => name.endsWith('ForImageClassification'))
  if (isOfTransformers) return { activation: 'softmax', from: 'transformers' }
  if (library === 'timm' && imagenetClasses.has(classes)) return { activation: 'softmax', from: 'timm' }
  return { activation: null, from: null }
}

/** The thresholds of a tagger's tags; those that a user chose count for every tag. */
export function thresholdsOf(
  tags: readonly Pick<Tag, 'category' | 'threshold'>[],
  standard: Thresholds,
  chosen?: Thresholds,
): number[] {
  return tags.map(({ category, threshold }) => {
    const kind = category === 'character' ? 'character' : 'general'
    return chosen?.[kind] ?? threshold ?? standard[kind]
  })
}

/** What a user said of a model whose files do not say it, or chose for it. */
export interface ModelChoices {
  readonly activation: Activation | null
  readonly thresholds: Thresholds | null
  readonly keepsUnderscores: boolean
  readonly groupsTags: boolean
}

export const noChoices: ModelChoices = {
  activation: null,
  thresholds: null,
  keepsUnderscores: false,
  groupsTags: true,
}
