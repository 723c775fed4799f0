// The nouns of Labelroom as zod schemas; every type is inferred from them.
import { z } from 'zod'

/** A photo is content (size + hash); the same photo may lie in several files. */
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

/** One device that was tried, and what came of it. */
export const DeviceTrial = z.object({
  device: Device,
  /** Pure inference, measured; null when the device did not work. */
  photosPerSecond: z.number().nullable(),
  /** Why it did not work, or why it was not chosen. */
  note: z.string().nullable(),
})
export type DeviceTrial = z.infer<typeof DeviceTrial>

/** The truth about which device runs a model. */
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

/** `suggested` by a model, `confirmed` or `rejected` by a person. */
export const LabelState = z.enum(['suggested', 'confirmed', 'rejected'])
export const LabelSource = z.enum(['human', 'model'])
export type LabelState = z.infer<typeof LabelState>
export type LabelSource = z.infer<typeof LabelSource>

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
})
export type Label = z.infer<typeof Label>

/** How a file ends: every file is one of these, and the totals add up. `pending` only while nobody has looked yet. */
export const FileStatus = z.enum(['labelled', 'failed', 'skipped', 'pending'])
export type FileStatus = z.infer<typeof FileStatus>

/** Where a model comes from: with Labelroom, from its catalogue, or from a folder or file of the person's. */
export const ModelOrigin = z.enum(['bundled', 'catalogue', 'disk'])
export type ModelOrigin = z.infer<typeof ModelOrigin>

export const Model = z.object({
  id: ModelId,
  name: z.string(),
  /** Fingerprint of the weights and the configuration. */
  version: z.string(),
  /** The folder or .onnx file; `/`-separated. */
  path: z.string(),
  kind: z.enum(['checkpoint', 'onnx']),
  classes: z.int(),
  embeddingDim: z.int().nullable(),
  inputWidthPx: z.int(),
  inputHeightPx: z.int(),
  weightBytes: z.int(),
  addedAtMs: z.int(),
  origin: ModelOrigin,
})
export type Model = z.infer<typeof Model>

/** What labels when nobody chose a model, and why. */
export const BestModel = z.object({
  model: Model,
  /** `chosen`: in the settings. */
  reason: z.enum(['chosen', 'most-accurate', 'largest', 'bundled']),
  /** What `most-accurate` goes by: as published, not measured by Labelroom. */
  accuracy: z.object({ top1Percent: z.number(), dataset: z.string() }).nullable(),
})
export type BestModel = z.infer<typeof BestModel>

/** A model read from disk; not necessarily in the library. */
export const ModelInfo = Model.omit({ id: true, addedAtMs: true }).extend({
  precisions: z.array(Precision),
  architecture: z.string(),
  labels: z.array(z.string()),
  resize: z.string(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
})
export type ModelInfo = z.infer<typeof ModelInfo>

/** A model of the catalogue: named in the product, downloaded when a person asks for it. */
export const CatalogueModel = z.object({
  id: z.string(),
  title: z.string(),
  /** What its labels are about. */
  subject: z.string(),
  /** Its page on the hub. */
  url: z.string(),
  /** The commit that is downloaded; null: the newest one. */
  revision: z.string().nullable(),
  /** SPDX identifier. */
  licence: z.string(),
  /** Size of the download, to three digits. */
  approximateBytes: z.int(),
  inputSizePx: z.int(),
  /** As published, not measured by Labelroom; null where no source was found. */
  accuracy: z.object({ top1Percent: z.number(), dataset: z.string(), source: z.string() }).nullable(),
  state: z.enum(['available', 'downloading', 'installed']),
})
export type CatalogueModel = z.infer<typeof CatalogueModel>

export const DownloadProgress = z.object({
  /** Of the catalogue. */
  id: z.string(),
  /** The file that is being loaded. */
  file: z.string(),
  /** Of all files; starts with what an earlier try left behind. */
  doneBytes: z.int(),
  totalBytes: z.int(),
  bytesPerSecond: z.number(),
  etaMs: z.number().nullable(),
})
export type DownloadProgress = z.infer<typeof DownloadProgress>

export const JobRequest = z.object({
  /** Absolute folders. */
  folders: z.array(z.string().min(1)).default([]),
  /** Instead of folders: these photos of the library, for example a selection or those that failed. */
  photoIds: z.array(PhotoId).nullable().default(null),
  /** The name of a model in the library, or a path to a folder or .onnx file; null: the best one, see models.best. */
  model: z.string().min(1).nullable().default(null),
  device: DeviceChoice.default('auto'),
  precision: Precision.default('fp32'),
  /** Another input size than the model's own; position embeddings are resampled. */
  inputSizePx: z.int().min(16).max(2048).nullable().default(null),
  topK: z.int().min(1).max(100).default(5),
  /** Do again what is already done for this model. */
  force: z.boolean().default(false),
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
  /** Why it failed, or null. */
  reason: z.string().nullable(),
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
  /** Files in the folders; null until a first quick look has counted them. */
  total: z.int().nullable(),
  photosPerSecond: z.number(),
  etaMs: z.number().nullable(),
})
export type JobProgress = z.infer<typeof JobProgress>

export const ScanProgress = z.object({ files: z.int(), photos: z.int(), skipped: z.int(), failed: z.int() })
export type ScanProgress = z.infer<typeof ScanProgress>

/** Photo as lists show it: one row a file. */
export const PhotoFile = z.object({
  photoId: PhotoId.nullable(),
  path: z.string(),
  sizeBytes: z.int(),
  isMissing: z.boolean(),
  status: FileStatus,
  reason: z.string().nullable(),
  labels: z.array(Label),
})
export type PhotoFile = z.infer<typeof PhotoFile>

export const ExportFormat = z.enum(['long', 'timm', 'kaggle', 'hf', 'jsonl'])
export type ExportFormat = z.infer<typeof ExportFormat>

export const ExportRequest = z.object({
  /** Everything below these; none means the whole library. */
  folders: z.array(z.string().min(1)).default([]),
  /** Only these photos, for example a selection. */
  photoIds: z.array(PhotoId).nullable().default(null),
  format: ExportFormat.default('long'),
  /** The model whose suggestions are wanted, as it was run last; null: for each photo, what labelled it last. */
  modelId: ModelId.nullable().default(null),
  /** Instead of `modelId`: exactly what this job's model, precision and input size said. */
  jobId: JobId.nullable().default(null),
  topK: z.int().min(1).max(100).default(5),
  minScore: z.number().min(0).max(1).default(0),
  /** Leaves out what no person confirmed: other photos and other labels. */
  isConfirmedOnly: z.boolean().default(false),
  /** Puts an apostrophe before cells that a spreadsheet would run as a formula. */
  isSpreadsheetSafe: z.boolean().default(false),
})
export type ExportRequest = z.infer<typeof ExportRequest>
