// The protocol between the core and the inference worker: paths in, scores and embeddings out.
// Pixels never cross; the one picture that does, the heat map of an explanation, is an encoded file.
import { z } from 'zod'
import { FileStamp } from '../common/file-stamp.ts'
import { PhotoExif } from './photos.ts'
import { DeviceChoice, DeviceReport, Precision } from './domain.ts'
import { appErrorCodes } from './errors.ts'
import { ModelExportFormat } from './exports.ts'
import { Message } from './message.ts'
import { ModelChoices, ModelInfo } from './models.ts'

/** Bounds that keep one hostile or broken photo from failing the whole job. */
export const PhotoLimits = z.object({
  /** Width times height of the original. */
  maxPixels: z.int().positive(),
  /** Processor time for one photo of up to 30 megapixels; a larger one has more in proportion. */
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
  /** What the user chose for the model; nothing where left out. */
  choices: ModelChoices.optional(),
  device: DeviceChoice,
  /** Where built graphs are kept. */
  cacheDir: z.string(),
  /** Threads for the model in this worker. */
  threads: z.int().positive(),
  /** How many workers like this one run at once on the CPU; matters when `auto` compares devices. */
  workers: z.int().positive(),
  limits: PhotoLimits,
})
export type LoadRequest = z.infer<typeof LoadRequest>

/** A photo's file, with its stamp of when its content was identified; the worker refuses another file. */
export const PhotoOnDisk = FileStamp.extend({ path: z.string() })
export type PhotoOnDisk = z.infer<typeof PhotoOnDisk>

export const InferItem = PhotoOnDisk.extend({ id: z.int() })
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
  ...PhotoOnDisk.shape,
  /** Null: numbers only. */
  picture: z.enum(['png', 'jpeg', 'webp']).nullable(),
})
export type ExplainRequest = z.infer<typeof ExplainRequest>

/** Asks a ViLT about photos with texts, a pass for each pair of them; needs no `load` before. */
export const AskRequest = LoadRequest.pick({
  modelPath: true,
  cacheDir: true,
  threads: true,
  limits: true,
}).extend({
  type: z.literal('ask'),
  photos: z.array(InferItem),
  texts: z.array(z.string()),
  /** Of `answers`, which has thousands. */
  topK: z.int().positive(),
})
export type AskRequest = z.infer<typeof AskRequest>

/** Where a ViLT looks in a photo when it is asked this. */
export const ExplainTextRequest = AskRequest.pick({
  modelPath: true,
  cacheDir: true,
  threads: true,
  limits: true,
}).extend({ type: z.literal('explain-text'), ...PhotoOnDisk.shape, text: z.string() })
export type ExplainTextRequest = z.infer<typeof ExplainTextRequest>

/** Makes a JPEG for the screen. Needs no model. */
export const PictureRequest = InferItem.extend({
  type: z.literal('picture'),
  /** The picture fits a square of this side and is never larger than the photo. */
  maxSidePx: z.int().positive(),
  /** JPEG, 1..100. */
  quality: z.int().min(1).max(100),
  /** Written atomically; missing folders are created. */
  outFile: z.string(),
  limits: PhotoLimits,
})
export type PictureRequest = z.infer<typeof PictureRequest>

/** Reads the EXIF. Needs no model. */
export const ExifRequest = InferItem.extend({
  type: z.literal('exif'),
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
  /** The request is refused if the model has changed since. */
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

/** Asks for the embeddings of texts by the model's text encoder; needs no `load` before. */
export const EmbedTextsRequest = LoadRequest.pick({ modelPath: true, cacheDir: true, threads: true }).extend({
  type: z.literal('embed-texts'),
  /** The request is refused if the model has changed since. */
  modelVersion: z.string(),
  texts: z.array(z.string()).min(1).max(256),
})
export type EmbedTextsRequest = z.infer<typeof EmbedTextsRequest>

/** Says that a model will be asked for: its code can be loaded meanwhile. Answers nothing. */
export const PrepareRequest = z.object({ type: z.literal('prepare') })

/** Asks what a model folder, or the file of a model, holds; needs no `load` before. */
export const ModelRequest = z.object({
  type: z.literal('model'),
  path: z.string(),
  choices: ModelChoices.optional(),
})

/** Asks for the display names of a model's labels in another language; needs no `load` before. */
export const LabelNamesRequest = z.object({
  type: z.literal('label-names'),
  path: z.string(),
  classes: z.int(),
  language: z.string(),
})

export const ToWorker = z.discriminatedUnion('type', [
  PrepareRequest,
  ModelRequest,
  LabelNamesRequest,
  LoadRequest,
  InferRequest,
  ExplainRequest,
  AskRequest,
  ExplainTextRequest,
  PictureRequest,
  ExifRequest,
  MergeRequest,
  EmbedTextsRequest,
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
    /** CLS embedding [dim]; null where the graph does not output it. */
    embedding: Embedding.nullable(),
  }),
  z.object({ ok: z.literal(false), id: z.int(), reason: Message }),
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

export const Asked = z.object({
  type: z.literal('asked'),
  items: z.array(
    z.discriminatedUnion('ok', [
      z.object({
        ok: z.literal(true),
        id: z.int(),
        /** Of `answers` and `pairs` the best first; of `match` one for each text, in their order. */
        scores: z.array(z.object({ text: z.string(), score: z.number(), logit: z.number() })),
      }),
      z.object({ ok: z.literal(false), id: z.int(), reason: Message }),
    ]),
  ),
})
export type Asked = z.infer<typeof Asked>

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
      reason: Message,
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

export const TextEmbeddings = z.object({
  type: z.literal('text-embeddings'),
  dim: z.int(),
  /** [texts, dim], rows of unit length. */
  values: Embedding,
  /** Cosines with image embeddings times this, plus the bias, are logits as the model was trained with. */
  logitScale: z.number(),
  logitBias: z.number(),
  /** Whether it was trained to say of each text by itself whether it is true (SigLIP), or to choose among several (CLIP). */
  isSigmoid: z.boolean(),
})
export type TextEmbeddings = z.infer<typeof TextEmbeddings>

/** A model as its files describe it, with a label for each class; `path` is absolute. */
export const ModelDescription = ModelInfo.omit({ origin: true, choices: true })
export type ModelDescription = z.infer<typeof ModelDescription>

export const FromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('model'), model: ModelDescription }),
  /** By label; empty where the model has none. */
  z.object({ type: z.literal('label-names'), names: z.array(z.tuple([z.string(), z.string()])) }),
  Loaded,
  Explained,
  Asked,
  PictureReply,
  ExifReply,
  Merged,
  TextEmbeddings,
  z.object({ type: z.literal('results'), items: z.array(InferResult) }),
  /** The worker computes: it is slow, and does not hang. Answers nothing. */
  z.object({ type: z.literal('heartbeat') }),
  /** The request itself could not be carried out; the worker lives on. */
  z.object({ type: z.literal('error'), code: z.enum(appErrorCodes), message: Message }),
])
export type FromWorker = z.infer<typeof FromWorker>

/**
 * Starts an inference worker. `threads` sizes the pool on which photos are decoded; what runs in the background gives way to
 * what the user does.
 */
export type SpawnInference = (
  threads: number,
  options?: { readonly isInBackground: boolean },
) => InferencePort

/** The core's end of the channel to a worker process. */
export interface InferencePort {
  post(message: ToWorker): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the process has ended, with the reason as far as it is known. */
  onExit(listener: (why: Message) => void): void
  /** Kills the process; used for one that hangs. */
  kill(): void
}
