// The calls about single photos: details, pictures, lists, explanations.
import { z } from 'zod'
import { ids } from './bounded.ts'
import { PhotoCard } from './browse.ts'
import { FileId, FileStatus, Label, ModelId, PhotoId } from './domain.ts'
import { OutputFile } from './exports.ts'
import { Message } from './message.ts'
import { rpc } from './rpc.ts'

/** Photo as lists show it: one row a file. */
export const PhotoFile = z.object({
  photoId: PhotoId.nullable(),
  path: z.string(),
  sizeBytes: z.int(),
  isMissing: z.boolean(),
  status: FileStatus,
  reason: Message.nullable(),
  labels: z.array(Label),
})
export type PhotoFile = z.infer<typeof PhotoFile>

/** What the camera wrote; null where it did not. */
export const PhotoExif = z.object({
  takenAt: z.string().nullable(),
  camera: z.string().nullable(),
  lens: z.string().nullable(),
  /** For example `1/250 s`. */
  exposure: z.string().nullable(),
  /** For example `f/2.8`. */
  aperture: z.string().nullable(),
  iso: z.int().nullable(),
  focalLengthMm: z.number().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
})
export type PhotoExif = z.infer<typeof PhotoExif>

/** Everything that is known about one file. */
export const PhotoDetails = z.object({
  card: PhotoCard,
  sizeBytes: z.int(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  exif: PhotoExif.nullable(),
  /** Other files with the same pixels. */
  copies: z.array(z.string()),
  /** Confirmed labels of another photo that lay here before; none once this one has labels of its own. */
  offeredLabels: z.array(z.string()),
  /** What the photo's files and sidecars say; null where they were not read. */
  fromFile: z
    .object({ keywords: z.array(z.string()), rating: z.int().nullable(), title: z.string().nullable() })
    .nullable(),
  /** Every label with its source: of every model's last run, whatever the rules, and of the user. */
  labels: z.array(Label),
})
export type PhotoDetails = z.infer<typeof PhotoDetails>

/** `grid` fits 320 px, `large`, for large tiles, 640 px, `screen` 2048 px, `full` the photo's own size up to 8192 px. */
export const PictureSize = z.enum(['grid', 'large', 'screen', 'full'])
export type PictureSize = z.infer<typeof PictureSize>

/** Which parts of a photo the model looked at, by attention rollout (Abnar & Zuidema 2020). */
export const Explanation = z.object({
  photoId: PhotoId,
  path: z.string(),
  modelName: z.string(),
  /** Always null: rollout follows attention alone, whatever the label. */
  label: z.null(),
  gridWidth: z.int(),
  gridHeight: z.int(),
  /**
   * One for each patch, row by row from the top left: 0 is the patch with the least influence, 1 the one with the most.
   */
  values: z.array(z.number()),
  /** The area of the grid: the part of the upright photo that the model saw, in shares of its width and height. */
  crop: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
})
export type Explanation = z.infer<typeof Explanation>

const ofModel = z.object({ modelId: ModelId.nullable().default(null) })
const ofPhoto = ofModel.extend({ photoId: PhotoId })

export const photosContract = {
  details: rpc(z.object({ fileId: FileId }), PhotoDetails),
  /**
   * A picture for the screen, upright, in sRGB, made in the inference worker and cached by content: the file it lies
   * in, and its type. Fails with `not-found` where no file of the photo can be read.
   */
  picture: rpc(
    z.object({ photoId: PhotoId, size: PictureSize }),
    z.object({ file: z.string(), contentType: z.string() }),
  ),
  /** Files under a folder in path order with their labels; `after` is the last path of the previous page. */
  list: rpc(
    z.object({
      folder: z.string().min(1),
      modelId: ModelId.nullable().default(null),
      after: z.string().nullable().default(null),
      limit: z.int().min(1).max(1000).default(200),
    }),
    z.array(PhotoFile),
  ),
  /** The photo of a file; fails with `not-found` where the library does not know the file or it is no photo. */
  find: rpc(z.object({ path: z.string().min(1) }), z.object({ photoId: PhotoId, path: z.string() })),
  /** Where these photos lie, in their order; null for one that the library does not know. */
  paths: rpc(z.object({ photoIds: ids<PhotoId>({ min: 1 }) }), z.array(z.string().nullable())),
  /** Where the model looked. Models that are ready ONNX graphs hide it: `model-unsupported`. */
  explain: rpc(ofPhoto, Explanation),
  /** The same as a picture: the photo under its heat map, as PNG, JPEG or WebP by the name of `file`. */
  drawExplanation: rpc(ofPhoto.extend(OutputFile.shape), z.object({ bytes: z.int() })),
} as const
