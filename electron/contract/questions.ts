// The calls that ask a model about photos in words: questions and their answers, sentences and how well they match.
import { z } from 'zod'
import { ids, list } from './bounded.ts'
import { PhotoId } from './domain.ts'
import { Message } from './message.ts'
import { ModelTask } from './models.ts'
import { Explanation } from './photos.ts'
import { rpc } from './rpc.ts'

const Text = z.string().trim().min(1).max(1000)
/** A model of the library by name, id or path. Null: the one that was added last. */
const ModelName = z.string().min(1).nullable().default(null)

/** What a model says of one photo. */
export const AskedPhoto = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    photoId: PhotoId,
    path: z.string(),
    /**
     * Answers, or what is said of two photos: the best first. Sentences in the order in which they were given: `score` is a
     * softmax over them, `logit` compares photos.
     */
    scores: z.array(z.object({ text: z.string(), score: z.number(), logit: z.number() })),
  }),
  z.object({ ok: z.literal(false), photoId: PhotoId, path: z.string(), reason: Message }),
])
export type AskedPhoto = z.infer<typeof AskedPhoto>

/** Each photo with each text is a pass of the model, so callers send a few photos at a time. */
const maxPhotos = 16
const maxSentences = 64

export const questionsContract = {
  /**
   * Asks one question about photos, or of two photos whether a sentence is true, which needs a model for `pairs`. Every
   * photo is answered or says why not; fails where there is no such model.
   */
  ask: rpc(
    z.object({
      photoIds: ids<PhotoId>({ min: 1, max: maxPhotos }),
      question: Text,
      model: ModelName,
      topK: z.int().min(1).max(100).default(5),
    }),
    z.object({ modelName: z.string(), task: ModelTask, photos: z.array(AskedPhoto) }),
  ),
  /** Scores how well each sentence fits each photo. */
  match: rpc(
    z.object({
      photoIds: ids<PhotoId>({ min: 1, max: maxPhotos }),
      sentences: list(Text, { min: 1, max: maxSentences }),
      model: ModelName,
    }),
    z.object({ modelName: z.string(), photos: z.array(AskedPhoto) }),
  ),
  /** Where the model looked for a question, by attention rollout. */
  explain: rpc(z.object({ photoId: PhotoId, question: Text, model: ModelName }), Explanation),
} as const
