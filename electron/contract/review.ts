// The calls about what to label next and what is likely wrong: queue, label issues, near-duplicates, groups, map.
import { z } from 'zod'
import { LabelName } from './bounded.ts'
import { ModelId, PhotoId, TaskId } from './domain.ts'
import { TrainRequest } from './heads.ts'
import { LabelCount } from './labels.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

export const QueuedPhoto = z.object({
  photoId: PhotoId,
  path: z.string(),
  /** The head's prediction and its confidence; null before there is a head. */
  label: z.string().nullable(),
  score: z.number().nullable(),
  /** Difference between the two best probabilities. */
  margin: z.number(),
  /** In nats. */
  entropy: z.number(),
})
export type QueuedPhoto = z.infer<typeof QueuedPhoto>

export const LabelIssue = z.object({
  photoId: PhotoId,
  path: z.string(),
  given: z.string(),
  /** Null where photos have several labels and no other one is likely. */
  likely: z.string().nullable(),
  givenScore: z.number(),
  likelyScore: z.number(),
  reason: Message,
})
export type LabelIssue = z.infer<typeof LabelIssue>

/** Photos that look alike; `labels.confirm` with their ids labels them in one step. */
export const PhotoGroup = z.object({
  /** The most typical first. */
  photoIds: z.array(PhotoId),
  /** Of each photo where it lies, and its cosine to the centre of the group; null where that was not asked for. */
  photos: z.array(z.object({ path: z.string(), cosine: z.number() })).nullable(),
  /** The most frequent label in the group, confirmed or suggested, and the share of photos that have it. */
  label: z.string().nullable(),
  labelShare: z.number(),
  /** The label that the user confirmed for the photo most like the first one here, if it is as like it as half of the group. */
  nearest: z.string().nullable(),
})
export type PhotoGroup = z.infer<typeof PhotoGroup>

export const GroupsRequest = z.object({
  modelId: ModelId.nullable().default(null),
  /** How many groups; null: as many as suit the number of photos. */
  groups: z.int().min(2).max(1000).nullable().default(null),
  /** Leaves out photos with a confirmed label. */
  isUnlabelledOnly: z.boolean().default(true),
  /** Whether groups say where their photos lie. */
  hasPaths: z.boolean().default(false),
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
  /**
   * See PackedPoints of common/map-points.ts. Coordinates are within -1..1; both axes have the same scale. The label is the
   * one confirmed last, else the first suggestion.
   */
  points: z.object({
    photoIds: z.string(),
    coordinates: z.string(),
    labelOf: z.string(),
    confirmed: z.string(),
    labels: z.array(z.string()),
  }),
  /** Of each point, where they were asked for. */
  paths: z.array(z.string()).nullable(),
  /** Photos that UMAP itself placed; the others lie where their nearest neighbours among these do. */
  fitted: z.int(),
})
export type LibraryMap = z.infer<typeof LibraryMap>

export const SimilarPhoto = z.object({ photoId: PhotoId, path: z.string(), cosine: z.number() })
export type SimilarPhoto = z.infer<typeof SimilarPhoto>

export const LearningCurve = z.object({
  points: z.array(z.object({ labels: z.int(), accuracy: z.number() })),
  /** What the next `moreLabels` are likely to add to the accuracy; null with too few points. */
  moreLabels: z.int(),
  expectedGain: z.number().nullable(),
})
export type LearningCurve = z.infer<typeof LearningCurve>

/** A curve with what it was measured on. */
export const MeasuredCurve = z.object({
  curve: LearningCurve,
  mode: TrainRequest.shape.mode,
  /** The labels of that moment that were trained, with their photos. */
  labels: z.array(LabelCount.pick({ name: true, confirmed: true, rejected: true })),
})
export type MeasuredCurve = z.infer<typeof MeasuredCurve>

const ofModel = z.object({ modelId: ModelId.nullable().default(null) })
const seeded = { limit: z.int().min(1).max(1000).default(20), seed: z.int().min(0).default(0) }

export const reviewContract = {
  /** What to label next. */
  queue: rpc(ofModel.extend(seeded), z.array(QueuedPhoto)),
  /** The user was asked about a label that is likely wrong, and it is right: it is doubted no more. A step of the history. */
  keep: rpc(z.object({ photoId: PhotoId, name: LabelName }), emptyObject),
  /** Confirmed labels that are likely wrong, with the reason. */
  labelIssues: rpc(
    ofModel.extend({ ...seeded, mode: TrainRequest.shape.mode, taskId: TaskId }),
    z.array(LabelIssue),
  ),
  /** The photos that look most like this one, which is named by its path or its number. */
  similar: rpc(
    ofModel.extend({
      photo: z.union([z.object({ path: z.string().min(1) }), z.object({ photoId: PhotoId })]),
      limit: z.int().min(1).max(1000).default(20),
    }),
    z.array(SimilarPhoto),
  ),
  /** Groups of photos that look the same; each can be confirmed in one step. */
  nearDuplicates: rpc(
    ofModel.extend({ minCosine: z.number().min(0).max(1).default(0.95), taskId: TaskId }),
    z.array(z.array(z.object({ photoId: PhotoId, path: z.string() }))),
  ),
  /** The library in groups of photos that look alike, the tightest first. */
  groups: rpc(GroupsRequest, z.array(PhotoGroup)),
  /** The library on a plane; the same request on an unchanged library is answered at once. */
  map: rpc(MapRequest, LibraryMap),
  /** How accuracy grew with labels, and what more would bring. */
  curve: rpc(
    ofModel.extend({
      mode: TrainRequest.shape.mode,
      classes: TrainRequest.shape.classes,
      seed: z.int().min(0).default(0),
      moreLabels: z.int().min(1).default(20),
      taskId: TaskId,
    }),
    LearningCurve,
  ),
  /** The curve that was measured last, also before a restart; null where there is none of the model that was used last. */
  lastCurve: rpc(emptyObject, MeasuredCurve.nullable()),
} as const
