// The calls about heads: training, evaluation, promotion.
import { z } from 'zod'
import { list } from './bounded.ts'
import { ModelId, PhotoId, TaskId } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

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
  /** Photos that these numbers are measured on; none of them was trained on. */
  photos: z.int(),
  /** Share of photos whose best class is right; share of annotated labels where photos have several. */
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
  /**
   * `knn` votes among the nearest of the photos that it was trained on; the others are linear. `words`: made of the text
   * embeddings of its classes, which the photos it was trained on have moved.
   */
  kind: z.enum(['linear', 'nearest-mean', 'knn', 'words']),
  /** `single`: one label a photo. `multi`: any number. */
  mode: z.enum(['single', 'multi']),
  classes: z.array(z.string()),
  /** Chosen by cross-validation; null for heads that are not fitted. */
  l2: z.number().nullable(),
  seed: z.int(),
  temperature: z.number(),
  /** Photos it was trained on. */
  trainedOn: z.int(),
  /** `held-out`: on photos not trained on. `cross-validation`: there were too few to hold any out. */
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
  /** Only these labels; null is all. */
  classes: list(z.string().min(1)).nullable().default(null),
  /** Photos of this folder are held out; null holds out a fifth of all. */
  heldOutFolder: z.string().min(1).nullable().default(null),
  taskId: TaskId,
})
export type TrainRequest = z.infer<typeof TrainRequest>

/** What a training said of its head. */
export const HeadResult = z.object({
  /** Against the model's own head; null when it has none of these classes. */
  pretrained: HeadComparison.nullable(),
  /** Against the promoted head; null when there is none or too few photos are new to both. */
  previous: HeadComparison.nullable(),
  isProposed: z.boolean(),
  reason: Message,
  elapsedMs: z.number(),
})
export type HeadResult = z.infer<typeof HeadResult>

export const TrainResult = HeadResult.extend({ head: Head })
export type TrainResult = z.infer<typeof TrainResult>

/** What a promotion changes, before it is applied. */
export const HeadDiff = z.object({
  photos: z.int(),
  /** Photos for which the library would show another suggestion first; what the user confirmed stays. */
  changed: z.int(),
  examples: z.array(
    z.object({
      photoId: PhotoId,
      path: z.string(),
      from: z.string().nullable(),
      /** Null where no suggestion of the head passes the rules. */
      to: z.string().nullable(),
      score: z.number().nullable(),
    }),
  ),
})
export type HeadDiff = z.infer<typeof HeadDiff>

export const headsContract = {
  /** Trains a head on the confirmed labels and keeps it as a new version; promotes nothing. */
  train: rpc(TrainRequest, TrainResult),
  /** Heads of the model that was run last, the newest version first. */
  list: rpc(emptyObject, z.array(Head)),
  /** Returns what its training said of a head; null for one that was trained before this was kept. */
  result: rpc(z.object({ id: HeadId }), HeadResult.nullable()),
  /** Evaluates a head on the labelled photos of a folder, except those it was trained on. */
  evaluate: rpc(z.object({ id: HeadId, folder: z.string().min(1).nullable().default(null) }), HeadMetrics),
  /** Returns the photos behind a cell of the confusion matrix that was stored with the head. */
  confused: rpc(
    z.object({ id: HeadId, truth: z.string(), predicted: z.string() }),
    z.object({ photoIds: z.array(PhotoId) }),
  ),
  /** Returns what promoting the head would change; writes nothing. */
  preview: rpc(
    z.object({ id: HeadId, limit: z.int().min(0).max(1000).default(20), taskId: TaskId }),
    HeadDiff,
  ),
  /**
   * Makes the head the one that suggests, in place of the model's own. Human labels are not touched. Cancelled, the library
   * is as it was.
   */
  promote: rpc(z.object({ id: HeadId, taskId: TaskId }), z.object({ head: Head, photos: z.int() })),
  /** Returns to the previous head; null is the model's own. Cancelled, the library is as it was. */
  rollback: rpc(z.object({ taskId: TaskId }), z.object({ head: Head.nullable() })),
} as const
