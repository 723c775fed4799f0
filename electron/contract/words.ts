// The calls about words: heads made of them, and photos found by a sentence, both with a text-image model.
import { z } from 'zod'
import { LabelName, list, SearchText } from './bounded.ts'
import { ModelId, TaskId } from './domain.ts'
import { Head, TrainResult } from './heads.ts'
import { SimilarPhoto } from './review.ts'
import { emptyObject, rpc } from './rpc.ts'

/** Sentences with `{}` where the word comes. */
const Template = z
  .string()
  .trim()
  .max(200)
  .refine((text) => text.includes('{}'), 'a template needs {} where the word comes')

export const WordsHeadRequest = z.object({
  /** Null is the model used last. */
  modelId: ModelId.nullable().default(null),
  /** The labels to choose from; null: all names of labels that are confirmed for a photo. */
  words: list(LabelName, { min: 1, max: 5000 }).nullable(),
  /** Each word's weights are the mean over these; empty: those of Labelroom. */
  templates: list(Template, { max: 100 }).default([]),
  mode: Head.shape.mode.default('single'),
  /** Whether confirmed labels move the head away from the words. */
  usesLabels: z.boolean().default(true),
  seed: z.int().min(0).default(0),
  taskId: TaskId,
})
export type WordsHeadRequest = z.infer<typeof WordsHeadRequest>

export const FindRequest = z.object({
  /** Null is the text-image model used last. */
  modelId: ModelId.nullable().default(null),
  text: SearchText.min(1),
  limit: z.int().min(1).max(1000).default(20),
})
export type FindRequest = z.infer<typeof FindRequest>

/** The text-image model that was used last, and whether it is the model used last: heads are for that one. */
export const TextModel = z.object({ name: z.string().nullable(), isUsedLast: z.boolean() })
export type TextModel = z.infer<typeof TextModel>

export const wordsContract = {
  /** Words and sentences can be compared with the photos that this model has seen; its name is null where there is none. */
  model: rpc(emptyObject, TextModel),
  /** Makes a head out of words and keeps it as a new version; promotes nothing. */
  createHead: rpc(WordsHeadRequest, TrainResult),
  /** The photos that suit a sentence best, by the cosine between its embedding and theirs. */
  find: rpc(FindRequest, z.array(SimilarPhoto)),
} as const
