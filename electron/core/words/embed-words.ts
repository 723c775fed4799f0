// Asks a worker for the text embeddings of labels and sentences, some at a time, so that it shows progress and can be cancelled.
import { AppError } from '../../contract/errors.ts'
import type { TextEmbeddings } from '../../contract/inference.ts'
import { msg } from '../../texts/message.ts'
import type { WorkerCalls } from '../inference/worker-call.ts'
import type { Report } from '../learning/algorithms/report.ts'
import type { WordsPrior } from '../learning/algorithms/words-head.ts'
import type { StoredModel } from '../store/tables/models.ts'
import { sentencesOf } from './sentences.ts'

export interface EmbedOptions {
  readonly worker: WorkerCalls
  readonly cacheDir: string
  readonly threads: number
}

/** So many sentences take a second or two even of a large model. */
const chunk = 32

/**
 * The prior of a head: of each label the mean of its sentences' embeddings, of unit length again.
 * Throws AppError where the model has no text encoder, or has changed since it was added.
 */
export async function embedWords(
  options: EmbedOptions,
  model: StoredModel,
  labels: readonly string[],
  templates: readonly string[],
  report: Report,
): Promise<{ prior: WordsPrior; isSigmoid: boolean }> {
  const sentences = labels.map((label) => sentencesOf(label, templates))
  const all = sentences.flat()
  const parts: TextEmbeddings[] = []
  for (let from = 0; from < all.length; from += chunk) {
    report('reading the words', from / all.length)
    parts.push(await embed(options, model, all.slice(from, from + chunk)))
  }
  const [first] = parts
  if (first === undefined) throw new AppError('bad-request', msg('Give two words or more to choose from.'))
  const { dim, logitScale, logitBias, isSigmoid } = first
  const weights = new Float32Array(labels.length * dim)
  let at = 0
  for (const [c, { length }] of sentences.entries()) {
    const mean = weights.subarray(c * dim, (c + 1) * dim)
    for (let i = 0; i < length; i++, at++) {
      const values = parts[Math.floor(at / chunk)]?.values
      for (let d = 0; d < dim; d++) mean[d] = (mean[d] ?? 0) + (values?.[(at % chunk) * dim + d] ?? 0)
    }
    const norm = Math.hypot(...mean)
    for (let d = 0; d < dim; d++) mean[d] = (mean[d] ?? 0) / norm
  }
  return { prior: { weights, classes: labels.length, dim, logitScale, logitBias }, isSigmoid }
}

/** The embedding of one sentence, as it is. */
export async function embedSentence(
  options: EmbedOptions,
  model: StoredModel,
  sentence: string,
): Promise<Float32Array> {
  return (await embed(options, model, [sentence])).values
}

async function embed(
  { worker, cacheDir, threads }: EmbedOptions,
  model: StoredModel,
  texts: string[],
): Promise<TextEmbeddings> {
  const answer = await worker.ask({
    ...{ type: 'embed-texts', modelPath: model.path, modelVersion: model.version },
    ...{ cacheDir, threads, texts },
  })
  if (answer.type !== 'text-embeddings') throw new Error(`the worker answered ${answer.type}`)
  return answer
}
