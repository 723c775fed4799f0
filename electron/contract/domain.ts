// The nouns that several groups of calls share, as zod schemas; every type is inferred from them.
import { z } from 'zod'
import { Message } from './message.ts'

/** A photo is one rendering of one image; it may lie in several files, and shares its labels with other renderings. */
export const PhotoId = z.int().positive().brand('PhotoId')
export const ModelId = z.int().positive().brand('ModelId')
export const JobId = z.int().positive().brand('JobId')
export type PhotoId = z.infer<typeof PhotoId>
export type ModelId = z.infer<typeof ModelId>
export type JobId = z.infer<typeof JobId>

export const Precision = z.enum(['fp32', 'fp16', 'int8'])
export type Precision = z.infer<typeof Precision>

/** Execution providers by the names people use; `auto` is the fastest of those that work here. */
export const Device = z.enum(['cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
export type Device = z.infer<typeof Device>
export const DeviceChoice = z.union([z.literal('auto'), Device])
export type DeviceChoice = z.infer<typeof DeviceChoice>

/** One device that was tried, with the result. */
export const DeviceTrial = z.object({
  device: Device,
  /** Pure inference, measured; null when the device did not work. */
  photosPerSecond: z.number().nullable(),
  /** Why it did not work, or why it was not chosen. */
  note: Message.nullable(),
})
export type DeviceTrial = z.infer<typeof DeviceTrial>

/** Which device really runs a model. */
export const DeviceReport = z.object({
  requested: DeviceChoice,
  /** What the runtime's own profile shows for the nodes of the graph. */
  ran: Device,
  /** Share of the profiled compute nodes that ran on `ran`, 0..1. */
  nodeShare: z.number(),
  /** Processes that ran the model side by side, each with `threads` threads. */
  workers: z.int(),
  threads: z.int(),
  batchSize: z.int(),
  trials: z.array(DeviceTrial),
})
export type DeviceReport = z.infer<typeof DeviceReport>

/** `suggested` by a model, `confirmed` or `rejected` by the user. */
export const LabelState = z.enum(['suggested', 'confirmed', 'rejected'])
export const LabelSource = z.enum(['human', 'model'])
export type LabelState = z.infer<typeof LabelState>
export type LabelSource = z.infer<typeof LabelSource>

/** Marks of a photo in a selection: it is to be kept, or it is not. */
export const Flag = z.enum(['pick', 'reject'])
export type Flag = z.infer<typeof Flag>

/** One label of one photo with its provenance. */
export const Label = z.object({
  name: z.string(),
  source: LabelSource,
  state: LabelState,
  /** Softmax probability 0..1; null for a label that no model proposed. */
  score: z.number().nullable(),
  /** 1 is the model's first choice; null for a human label. */
  rank: z.int().nullable(),
  modelName: z.string().nullable(),
  modelVersion: z.string().nullable(),
  atMs: z.int(),
  /** The image was changed since the user judged it; see `labels.resolveChanged`. */
  isChanged: z.boolean(),
  /** Suggested, but too unsure to count as a suggestion of the photo, or not the best one where photos have one label. */
  isWeak: z.boolean(),
})
export type Label = z.infer<typeof Label>

/** The status of a file: each has exactly one, and the totals add up. `pending` only until it is labelled. */
export const FileStatus = z.enum(['labelled', 'failed', 'skipped', 'pending'])
export type FileStatus = z.infer<typeof FileStatus>

/** One file on disk; several files may hold the same photo. */
export const FileId = z.int().positive().brand('FileId')
export type FileId = z.infer<typeof FileId>

/**
 * Names a long call, so that its progress (`learning.progress`) can be followed and it can be cancelled
 * (`learning.cancel`); the caller chooses it. Null: neither is needed.
 */
export const TaskId = z.string().min(1).max(100).nullable().default(null)
