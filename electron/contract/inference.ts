// The protocol between the core and the inference worker: paths in, scores and embeddings out.
// Pixels never cross; the one picture that does, the heat map of an explanation, is an encoded file.
import { z } from 'zod'
import { PhotoExif } from './browse.ts'
import { DeviceChoice, DeviceReport, Precision } from './domain.ts'
import { appErrorCodes } from './errors.ts'
import { ModelExportFormat } from './exports.ts'

/** Bounds that keep one hostile or broken photo from taking the whole job with it. */
export const PhotoLimits = z.object({
  /** Width times height of the original. */
  maxPixels: z.int().positive(),
  /** Wall time for one photo, from the moment a decoder starts on it. */
  decodeTimeoutMs: z.int().positive(),
})
export type PhotoLimits = z.infer<typeof PhotoLimits>

/**
 * 268 megapixels (16384 x 16384) is above every single-shot camera (200 MP phones) and needs about 1 GB at worst,
 * which a machine with 8 GB has; what is larger is a stitched panorama or an attack.
 */
export const defaultPhotoLimits: PhotoLimits = { maxPixels: 16_384 * 16_384, decodeTimeoutMs: 30_000 }

export const LoadRequest = z.object({
  type: z.literal('load'),
  modelPath: z.string(),
  precision: Precision,
  inputSizePx: z.int().nullable(),
  device: DeviceChoice,
  /** Where built graphs are kept. */
  cacheDir: z.string(),
  /** Threads for the model in this worker. */
  threads: z.int().positive(),
  /** How many workers like this one run at the same time on the CPU; counts when `auto` compares devices. */
  workers: z.int().positive(),
  limits: PhotoLimits,
})
export type LoadRequest = z.infer<typeof LoadRequest>

export const InferItem = z.object({
  id: z.int(),
  path: z.string(),
  /** The file as it was when its content was identified; the worker refuses another one. */
  sizeBytes: z.int(),
  modifiedAtMs: z.number(),
})
export type InferItem = z.infer<typeof InferItem>

export const InferRequest = z.object({
  type: z.literal('infer'),
  topK: z.int().positive(),
  items: z.array(InferItem),
})
export type InferRequest = z.infer<typeof InferRequest>

/** Asks where the model looks in one photo; needs no `load` before. */
export const ExplainRequest = LoadRequest.pick({
  modelPath: true,
  inputSizePx: true,
  cacheDir: true,
  threads: true,
  limits: true,
}).extend({
  type: z.literal('explain'),
  path: z.string(),
  /** Null: numbers alone. */
  picture: z.enum(['png', 'jpeg', 'webp']).nullable(),
})
export type ExplainRequest = z.infer<typeof ExplainRequest>

/** Makes a JPEG for the screen. Needs no model. */
export const PictureRequest = InferItem.extend({
  type: z.literal('picture'),
  /** The picture fits a square of this side and is never larger than the photo. */
  maxSidePx: z.int().positive(),
  /** JPEG, 1..100. */
  quality: z.int().min(1).max(100),
  /** Written whole or not at all; folders on the way are made. */
  outFile: z.string(),
  limits: PhotoLimits,
})
export type PictureRequest = z.infer<typeof PictureRequest>

/** Reads what the camera wrote. Needs no model. */
export const ExifRequest = z.object({
  type: z.literal('exif'),
  id: z.int(),
  path: z.string(),
  limits: PhotoLimits,
})
export type ExifRequest = z.infer<typeof ExifRequest>

/** Asks for a model with another head, written into an empty folder; needs no `load` before. */
export const MergeRequest = LoadRequest.pick({
  modelPath: true,
  precision: true,
  inputSizePx: true,
  cacheDir: true,
}).extend({
  type: z.literal('merge'),
  /** The model is refused where it is another one by now. */
  modelVersion: z.string(),
  format: ModelExportFormat,
  folder: z.string(),
  head: z.object({
    name: z.string(),
    labels: z.array(z.string()),
    /** [classes, dim], row by row. */
    weights: z.instanceof(Float32Array),
    bias: z.instanceof(Float32Array),
    scores: z.object({ activation: z.enum(['softmax', 'sigmoid']), temperature: z.number().positive() }),
  }),
})
export type MergeRequest = z.infer<typeof MergeRequest>

export const ToWorker = z.discriminatedUnion('type', [
  LoadRequest,
  InferRequest,
  ExplainRequest,
  PictureRequest,
  ExifRequest,
  MergeRequest,
])
export type ToWorker = z.infer<typeof ToWorker>

export const Loaded = z.object({
  type: z.literal('loaded'),
  device: DeviceReport,
  /** How many photos the core should keep in flight, so that decode and inference overlap. */
  windowSize: z.int().positive(),
})
export type Loaded = z.infer<typeof Loaded>

const Embedding = z.instanceof(Float32Array)
export const InferResult = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    id: z.int(),
    widthPx: z.int(),
    heightPx: z.int(),
    /** As the camera wrote it; null where it did not. */
    takenAtMs: z.int().nullable(),
    /** Best first; `score` is the softmax probability. */
    top: z.array(z.object({ classIndex: z.int(), score: z.number() })),
    /** CLS embedding [dim]; null where the graph does not give it. */
    embedding: Embedding.nullable(),
  }),
  z.object({ ok: z.literal(false), id: z.int(), reason: z.string() }),
])
export type InferResult = z.infer<typeof InferResult>

export const Explained = z.object({
  type: z.literal('explained'),
  gridWidth: z.int(),
  gridHeight: z.int(),
  /** How much of the CLS token comes from each patch, row by row. */
  rollout: Embedding,
  /** In shares of the upright photo. */
  crop: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
  /** The photo under its heat map, encoded. */
  picture: z.instanceof(Uint8Array).nullable(),
})
export type Explained = z.infer<typeof Explained>

export const PictureReply = z.object({
  type: z.literal('picture'),
  id: z.int(),
  result: z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      bytes: z.int(),
      /** Of the photo as displayed. */
      widthPx: z.int(),
      heightPx: z.int(),
      takenAtMs: z.int().nullable(),
    }),
    z.object({
      ok: z.literal(false),
      code: z.enum(appErrorCodes),
      reason: z.string(),
      /** The same bytes would fail again. */
      isLasting: z.boolean(),
    }),
  ]),
})
export type PictureReply = z.infer<typeof PictureReply>

export const ExifReply = z.object({
  type: z.literal('exif'),
  id: z.int(),
  exif: PhotoExif.nullable(),
})
export type ExifReply = z.infer<typeof ExifReply>

export const Merged = z.object({
  type: z.literal('merged'),
  /** The weights, by their name in the folder. */
  file: z.string(),
  bytes: z.int(),
})
export type Merged = z.infer<typeof Merged>

export const FromWorker = z.discriminatedUnion('type', [
  Loaded,
  Explained,
  PictureReply,
  ExifReply,
  Merged,
  z.object({ type: z.literal('results'), items: z.array(InferResult) }),
  /** The request itself could not be carried out; the worker lives on. */
  z.object({ type: z.literal('error'), code: z.enum(appErrorCodes), message: z.string() }),
])
export type FromWorker = z.infer<typeof FromWorker>

/** The core's end of the line to a worker process. */
export interface InferencePort {
  post(message: ToWorker): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the process is gone, with what is known of why. */
  onExit(listener: (why: string) => void): void
  /** Ends the process at once; used for one that hangs. */
  kill(): void
}
