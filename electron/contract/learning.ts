// The nouns of learning from corrections: heads and their metrics, the review queue, groups, the map.
import { z } from 'zod'
import { ModelId, PhotoId } from './domain.ts'

/**
 * Names a long call, so that its progress (`learning.progress`) is known and it can be cancelled
 * (`learning.cancel`); the caller chooses it. Null: nobody asks.
 */
export const TaskId = z.string().min(1).max(100).nullable().default(null)

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
  /** `knn` votes among the nearest of the photos that it was trained on; the others are linear. */
  kind: z.enum(['linear', 'nearest-mean', 'knn']),
  /** `single`: one label a photo. `multi`: any number. */
  mode: z.enum(['single', 'multi']),
  classes: z.array(z.string()),
  /** Chosen by cross-validation; null for heads that are not fitted. */
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
  taskId: TaskId,
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
  /** Photos for which the library would show another suggestion first; what a person confirmed stays. */
  changed: z.int(),
  examples: z.array(
    z.object({
      photoId: PhotoId,
      path: z.string(),
      from: z.string().nullable(),
      /** Null where the rules let nothing through that the head says. */
      to: z.string().nullable(),
      score: z.number().nullable(),
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
  /** Null where photos have several labels and no other one is likely. */
  likely: z.string().nullable(),
  givenScore: z.number(),
  likelyScore: z.number(),
  reason: z.string(),
})
export type SuspectLabel = z.infer<typeof SuspectLabel>

/** Photos that look alike; `labels.confirm` with their ids labels them in one step. */
export const PhotoGroup = z.object({
  /** The most typical first; `cosine` is to the centre of the group. */
  photos: z.array(z.object({ photoId: PhotoId, path: z.string(), cosine: z.number() })),
  /** The most frequent label in the group, confirmed or suggested, and the share of photos that have it. */
  label: z.string().nullable(),
  labelShare: z.number(),
})
export type PhotoGroup = z.infer<typeof PhotoGroup>

export const GroupsRequest = z.object({
  modelId: ModelId.nullable().default(null),
  /** How many groups; null: as many as suit the number of photos. */
  groups: z.int().min(2).max(1000).nullable().default(null),
  /** Leaves out photos that have a confirmed label. */
  isUnlabelledOnly: z.boolean().default(true),
  seed: z.int().min(0).default(0),
  taskId: TaskId,
})
export type GroupsRequest = z.infer<typeof GroupsRequest>

export const MapRequest = z.object({
  modelId: ModelId.nullable().default(null),
  /** `pca`: at once, shows the large differences. `umap`: takes longer, keeps neighbours together. */
  method: z.enum(['pca', 'umap']).default('pca'),
  seed: z.int().min(0).default(0),
  /** Of UMAP: how many neighbours each photo is kept close to, and how dense points may lie. */
  neighbours: z.int().min(2).max(200).default(15),
  minDistance: z.number().min(0).max(1).default(0.1),
  /** Whether points say where their photos lie. */
  hasPaths: z.boolean().default(false),
  taskId: TaskId,
})
export type MapRequest = z.infer<typeof MapRequest>

/** The library in two dimensions. */
export const LibraryMap = z.object({
  method: MapRequest.shape.method.unwrap(),
  modelName: z.string(),
  /** Coordinates are within -1..1; both axes have the same scale. */
  points: z.array(
    z.object({
      photoId: PhotoId,
      x: z.number(),
      y: z.number(),
      /** The label confirmed last, else the first suggestion. */
      label: z.string().nullable(),
      isConfirmed: z.boolean(),
      /** Only where it was asked for. */
      path: z.string().optional(),
    }),
  ),
  /** Photos that UMAP itself placed; the others lie where their nearest neighbours among these do. */
  fitted: z.int(),
})
export type LibraryMap = z.infer<typeof LibraryMap>

/** Which parts of a photo the model looked at, by attention rollout (Abnar & Zuidema 2020). */
export const Explanation = z.object({
  photoId: PhotoId,
  path: z.string(),
  modelName: z.string(),
  /** Rollout follows attention alone: it says where the model looked, whatever the label. So there is none. */
  label: z.null(),
  gridWidth: z.int(),
  gridHeight: z.int(),
  /** One for each patch, row by row from the top left: 0 is the patch that counted least, 1 the one that counted most. */
  values: z.array(z.number()),
  /** What the grid covers: the part of the upright photo that the model saw, in shares of its width and height. */
  crop: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
})
export type Explanation = z.infer<typeof Explanation>

export const LearningProgress = z.object({
  taskId: z.string(),
  /** What is going on, in a few words. */
  step: z.string(),
  /** Share of this step that is done, 0..1. */
  share: z.number(),
})
export type LearningProgress = z.infer<typeof LearningProgress>

export const SimilarPhoto = z.object({ photoId: PhotoId, path: z.string(), cosine: z.number() })
export type SimilarPhoto = z.infer<typeof SimilarPhoto>

export const LearningCurve = z.object({
  points: z.array(z.object({ labels: z.int(), accuracy: z.number() })),
  /** What the next `moreLabels` are likely to add to the accuracy; null with too few points. */
  moreLabels: z.int(),
  expectedGain: z.number().nullable(),
})
export type LearningCurve = z.infer<typeof LearningCurve>
