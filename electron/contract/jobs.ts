// The calls about labelling jobs.
import { z } from 'zod'
import { ids, list } from './bounded.ts'
import type { PhotoId } from './domain.ts'
import { DeviceChoice, DeviceReport, JobId, ModelId, Precision } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

/** More are of no use: a job's start takes longer than its share. */
export const maxShards = 100_000

/** One of the parts that a folder is divided into, from 1; see core/library/shard.ts. */
export const Shard = z
  .object({ index: z.int().min(1), count: z.int().min(1).max(maxShards) })
  .refine(({ index, count }) => index <= count, 'the index of a shard is at most their number')
export type Shard = Readonly<z.infer<typeof Shard>>

export const JobRequest = z.object({
  /** Absolute folders. */
  folders: list(z.string().min(1)).default([]),
  /** Instead of folders: these photos of the library, for example a selection or those that failed. */
  photoIds: ids<PhotoId>().nullable().default(null),
  /** The name of a model in the library, or a path to a folder or .onnx file; null: the best one, see models.best. */
  model: z.string().min(1).nullable().default(null),
  device: DeviceChoice.default('auto'),
  precision: Precision.default('fp32'),
  /** Another input size than the model's own; position embeddings are resampled. */
  inputSizePx: z.int().min(16).max(2048).nullable().default(null),
  topK: z.int().min(1).max(100).default(5),
  /** Labels again what is already done for this model. */
  force: z.boolean().default(false),
  /** Only this part of the folders; null: all of them. */
  shard: Shard.nullable().default(null),
})
export type JobRequest = z.infer<typeof JobRequest>

export const JobState = z.enum(['running', 'paused', 'cancelled', 'done', 'failed'])
export type JobState = z.infer<typeof JobState>

export const JobCounts = z.object({
  /** Files found so far. */
  files: z.int(),
  labelled: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** Of the labelled: known from an earlier run, or copies of a photo of this run; no inference was needed. */
  reused: z.int(),
})
export type JobCounts = z.infer<typeof JobCounts>

export const Job = z.object({
  id: JobId,
  request: JobRequest,
  modelId: ModelId,
  state: JobState,
  /** Why it failed, or why it is paused and goes on by itself; null: neither. */
  reason: Message.nullable(),
  counts: JobCounts,
  device: DeviceReport.nullable(),
  /** Photos that went through inference, and the wall time that took. */
  inferred: z.int(),
  elapsedMs: z.number(),
  startedAtMs: z.int(),
  endedAtMs: z.int().nullable(),
})
export type Job = z.infer<typeof Job>

export const JobProgress = z.object({
  jobId: JobId,
  counts: JobCounts,
  /** False while folders are still being read: `counts.files` will grow. */
  isScanDone: z.boolean(),
  /** Files in the folders; null until they are counted. */
  total: z.int().nullable(),
  /** Photos among them, as far as their names tell before they are read. */
  photos: z.int().nullable(),
  photosPerSecond: z.number(),
  etaMs: z.number().nullable(),
})
export type JobProgress = z.infer<typeof JobProgress>

export const jobsContract = {
  /** Starts the job, or resumes the unfinished one with the same request. */
  start: rpc(JobRequest, Job),
  /** Ends the start of a job that loads its model or tests devices; `start` fails with `cancelled`. No error where none starts. */
  cancelStart: rpc(emptyObject, emptyObject),
  pause: rpc(z.object({ id: JobId }), Job),
  resume: rpc(z.object({ id: JobId }), Job),
  cancel: rpc(z.object({ id: JobId }), Job),
  get: rpc(z.object({ id: JobId }), Job),
  list: rpc(emptyObject, z.array(Job)),
} as const
