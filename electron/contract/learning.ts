// The nouns of learning from corrections: heads and their metrics, the review queue, groups, imports.
import { z } from 'zod'
import { ModelId, PhotoId } from './domain.ts'

export const HeadId = z.int().positive().brand('HeadId')
export type HeadId = z.infer<typeof HeadId>

/** Each class with the number of photos behind its numbers; null where there is nothing to divide by. */
export const ClassMetrics = z.object({
  name: z.string(),
  examples: z.int(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
})

/** All shares are 0..1. */
export const HeadMetrics = z.object({
  /** Photos that were not trained on and that these numbers are from. */
  photos: z.int(),
  /** Share of photos whose best class is right; of judged labels where photos have several. */
  accuracy: z.number(),
  top5: z.number(),
  /** Expected calibration error, 15 bins. */
  calibrationError: z.number(),
  perClass: z.array(ClassMetrics),
  /** [true class][best class] counts. */
  confusion: z.array(z.array(z.int())),
})
export type HeadMetrics = z.infer<typeof HeadMetrics>

export const Head = z.object({
  id: HeadId,
  /** 1, 2, 3 … for each model. */
  version: z.int(),
  modelId: ModelId,
  modelName: z.string(),
  kind: z.enum(['linear', 'nearest-mean']),
  /** `single`: one label a photo. `multi`: any number. */
  mode: z.enum(['single', 'multi']),
  classes: z.array(z.string()),
  /** Chosen by cross-validation; null for the nearest mean. */
  l2: z.number().nullable(),
  seed: z.int(),
  temperature: z.number(),
  /** Photos it was trained on. */
  trainedOn: z.int(),
  /** `held-out`: on photos kept aside. `cross-validation`: there were too few to keep any. */
  evaluation: z.enum(['held-out', 'cross-validation', 'none']),
  metrics: HeadMetrics.nullable(),
  isPromoted: z.boolean(),
  createdAtMs: z.int(),
})
export type Head = z.infer<typeof Head>

/** The new head and its rivals on the same photos, none of which any of them was trained on. */
export const HeadComparison = z.object({
  photos: z.int(),
  head: z.number(),
  rival: z.number(),
})
export type HeadComparison = z.infer<typeof HeadComparison>

export const TrainRequest = z.object({
  /** Null is the model used last. */
  modelId: ModelId.nullable().default(null),
  mode: Head.shape.mode.default('single'),
  seed: z.int().min(0).default(0),
  /** Photos of this folder are for evaluation alone; null keeps a fifth of all aside. */
  heldOutFolder: z.string().min(1).nullable().default(null),
})
export type TrainRequest = z.infer<typeof TrainRequest>

export const TrainResult = z.object({
  head: Head,
  /** Against the model's own head; null when it has none of these classes. */
  pretrained: HeadComparison.nullable(),
  /** Against the promoted head; null when there is none or too few photos are new to both. */
  previous: HeadComparison.nullable(),
  isProposed: z.boolean(),
  reason: z.string(),
  elapsedMs: z.number(),
})
export type TrainResult = z.infer<typeof TrainResult>

/** What a promotion changes, before it is applied. */
export const HeadDiff = z.object({
  photos: z.int(),
  /** Photos whose first suggestion becomes another one. */
  changed: z.int(),
  examples: z.array(
    z.object({
      photoId: PhotoId,
      path: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      score: z.number(),
    }),
  ),
})
export type HeadDiff = z.infer<typeof HeadDiff>

export const QueuedPhoto = z.object({
  photoId: PhotoId,
  path: z.string(),
  /** What the head would say, and how sure it is; null before there is a head. */
  label: z.string().nullable(),
  score: z.number().nullable(),
  /** Difference between the two best probabilities. */
  margin: z.number(),
  /** In nats. */
  entropy: z.number(),
})
export type QueuedPhoto = z.infer<typeof QueuedPhoto>

export const SuspectLabel = z.object({
  photoId: PhotoId,
  path: z.string(),
  given: z.string(),
  likely: z.string(),
  givenScore: z.number(),
  likelyScore: z.number(),
  reason: z.string(),
})
export type SuspectLabel = z.infer<typeof SuspectLabel>

export const SimilarPhoto = z.object({ photoId: PhotoId, path: z.string(), cosine: z.number() })
export type SimilarPhoto = z.infer<typeof SimilarPhoto>

export const LearningCurve = z.object({
  points: z.array(z.object({ labels: z.int(), accuracy: z.number() })),
  /** What the next `moreLabels` are likely to add to the accuracy; null with too few points. */
  moreLabels: z.int(),
  expectedGain: z.number().nullable(),
})
export type LearningCurve = z.infer<typeof LearningCurve>

export const ImportRequest = z.object({
  file: z.string().min(1),
  /** What the paths in the file are relative to. */
  folder: z.string().min(1),
  /** False only says what would happen. */
  isApplied: z.boolean().default(false),
})
export type ImportRequest = z.infer<typeof ImportRequest>

export const ImportReport = z.object({
  rows: z.int(),
  /** Names of the columns that were used. */
  columns: z.object({ file: z.string().nullable(), label: z.string(), hash: z.string().nullable() }),
  matchedByPath: z.int(),
  matchedByName: z.int(),
  matchedByHash: z.int(),
  /** Rows without a photo or a label; `line` is the row in the file, the header being 1. */
  unmatched: z.array(z.object({ line: z.int(), file: z.string(), reason: z.string() })),
  labels: z.array(z.object({ name: z.string(), photos: z.int() })),
  isApplied: z.boolean(),
})
export type ImportReport = z.infer<typeof ImportReport>
