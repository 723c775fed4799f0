// What a model's outputs mean: the labels of its classes, and how they are scored.
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import { findCatalogueEntry } from '../catalogue/catalogue.ts'
import { readModelSource } from '../catalogue/model-source.ts'
import { readLabels, type ModelLabels } from './labels.ts'
import { readScores, thresholdsOf, type ModelChoices, type ModelScores, type ScoreFacts } from './scores.ts'
import type { Tagger } from './tagger.ts'

export interface Outputs {
  /** One for each class; none of a backbone without a classifier. */
  readonly labels: readonly string[]
  /** Where they come from. */
  readonly labelsFrom: Omit<ModelLabels, 'names'>
  readonly scores: ModelScores
  /** Null for a model without a list of tags. */
  readonly tagger: Tagger | null
}

const noTag = { category: null, threshold: null } as const

const noOutputs: Outputs = {
  labels: [],
  labelsFrom: { from: null, unnamed: 0 },
  scores: { activation: 'softmax', from: null, temperature: 1, isProbability: false, thresholds: null },
  tagger: null,
}

/**
 * Reads labels and scores from the files of a folder; what a user chose replaces what they say.
 * @throws ModelError where they cannot be read, do not fit the classes, or are not those of a classifier.
 */
export async function readOutputs(
  facts: Omit<ScoreFacts, 'catalogued'>,
  choices: ModelChoices,
): Promise<Outputs> {
  const { folder, classes, tagger } = facts
  if (classes === 0) return noOutputs
  const { names: labels, ...labelsFrom } = await readLabels(folder, classes, tagger)
  const source = await readModelSource(folder)
  const catalogued = source === null ? null : (findCatalogueEntry(source.id)?.scores ?? null)
  const scores = await readScores({ ...facts, catalogued })
  // A single output is a number of any kind, unless something says that it is the score of a label.
  if (
    classes === 1 &&
    labelsFrom.unnamed > 0 &&
    scores.from === 'transformers' &&
    choices.activation === null
  )
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{folder}} has one output without a name, which may be any number; if it is the score of a label, name that in labels.txt beside the model.',
        { folder },
      ),
    )
  const activation = scores.activation ?? choices.activation
  const chosen = activation === 'sigmoid' ? choices.thresholds : null
  const thresholds =
    chosen === null
      ? scores.thresholds
      : thresholdsOf(tagger?.tags ?? labels.map(() => noTag), chosen, chosen)
  return { labels, labelsFrom, tagger, scores: { ...scores, activation, thresholds } }
}
