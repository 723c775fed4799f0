// What a person sees of the library: filters, views, cards, details, and the rules that decide which suggestions show.
import { z } from 'zod'
import { FileStatus, Label, ModelId, PhotoId } from './domain.ts'
import { ExportChoices } from './exports.ts'

/** One file on disk; several files may hold the same photo. */
export const FileId = z.int().positive().brand('FileId')
export type FileId = z.infer<typeof FileId>

/**
 * How a file stands, exactly one each: `confirmed` a person gave it a label; `suggested` no person did, and a
 * suggestion passes the rules; `rejected` a person rejected what was suggested, and nothing else is left; `unlabelled`
 * none of these; `failed` is a photo that could not be read or labelled; `skipped` a file that is none for Labelroom.
 */
export const PhotoState = z.enum(['confirmed', 'suggested', 'rejected', 'unlabelled', 'failed', 'skipped'])
export type PhotoState = z.infer<typeof PhotoState>

/** All conditions must hold; an empty list or null means no condition. */
export const PhotoFilter = z.object({
  /** With everything below it. */
  folder: z.string().nullable().default(null),
  /** None: every photo, that is all states but `skipped`. */
  states: z.array(PhotoState).default([]),
  /** Any of these, confirmed or suggested; `animal` also finds `animal/cat`. */
  labels: z.array(z.string()).default([]),
  /** Of the best visible suggestion, 0..1. */
  minScore: z.number().min(0).max(1).nullable().default(null),
  maxScore: z.number().min(0).max(1).nullable().default(null),
  /** Photos this model has looked at. */
  modelId: ModelId.nullable().default(null),
  /** Date taken, else date of the file: from (inclusive) and to (exclusive). */
  fromMs: z.int().nullable().default(null),
  toMs: z.int().nullable().default(null),
  /** Every word must start a word of the path or of a label. */
  text: z.string().default(''),
  /** Only these photos, for example a cell of the confusion matrix. */
  photoIds: z.array(PhotoId).nullable().default(null),
})
export type PhotoFilter = z.infer<typeof PhotoFilter>

export const PhotoSort = z.object({
  /** `uncertainty`: smallest difference between the two best scores first. `given`: the order of `photoIds`. */
  by: z.enum(['name', 'date', 'score', 'uncertainty', 'given']).default('name'),
  isDescending: z.boolean().default(false),
})
export type PhotoSort = z.infer<typeof PhotoSort>

/** What a tile of the grid shows. */
export const PhotoCard = z.object({
  fileId: FileId,
  /** Null while the file could not be read as a photo. Pictures are asked for with it. */
  photoId: PhotoId.nullable(),
  path: z.string(),
  name: z.string(),
  state: PhotoState,
  status: FileStatus,
  reason: z.string().nullable(),
  isMissing: z.boolean(),
  dateMs: z.int(),
  /** Confirmed first, then the suggestions that pass the rules (at most five), then rejected. */
  labels: z.array(Label),
})
export type PhotoCard = z.infer<typeof PhotoCard>

/** An ordered list of files as it was when it was opened; it stays as it is until it is opened again. */
export const View = z.object({
  viewId: z.string(),
  total: z.int(),
  /** As many of the first files as were asked for, so that a list is shown after one call. */
  cards: z.array(PhotoCard),
})
export type View = z.infer<typeof View>

export const StateCounts = z.record(PhotoState, z.int())
export type StateCounts = z.infer<typeof StateCounts>

/** A folder of the library with the number of files in it and below it, skipped ones left out as in a view of all. */
export const FolderNode = z.object({
  path: z.string(),
  name: z.string(),
  /** 0 is a folder that the person added. */
  depth: z.int(),
  files: z.int(),
  /** The folder itself cannot be reached now. */
  isMissing: z.boolean(),
})
export type FolderNode = z.infer<typeof FolderNode>

/** A label that is on photos, or above such a label, with the number of files that a view of it shows. */
export const LabelNode = z.object({
  name: z.string(),
  /** Each once, however many labels below this one it has. */
  files: z.int(),
  /** A person gave it, or one below it, to a photo. */
  isConfirmed: z.boolean(),
})
export type LabelNode = z.infer<typeof LabelNode>

/** A label with the number of photos it is on. */
export const LabelCount = z.object({
  name: z.string(),
  confirmed: z.int(),
  suggested: z.int(),
  rejected: z.int(),
})
export type LabelCount = z.infer<typeof LabelCount>

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
  /** Other files with the same content. */
  copies: z.array(z.string()),
  /** Who said what: every label of every model's last run, whatever the rules, and of the person. */
  labels: z.array(Label),
})
export type PhotoDetails = z.infer<typeof PhotoDetails>

/** `grid` fits 320 px, `screen` 2048 px, `full` the photo's own size up to 8192 px. */
export const PictureSize = z.enum(['grid', 'screen', 'full'])
export type PictureSize = z.infer<typeof PictureSize>

/**
 * Which suggestions show, and under which name. Nothing of what models said is changed: the rules are applied to the
 * stored top-k whenever they change.
 */
export const Rules = z.object({
  /** For every class without a minimum of its own. */
  minScore: z.number().min(0).max(1).default(0),
  /** By the person's own label, that is after renaming. */
  perLabel: z.array(z.object({ name: z.string().min(1), minScore: z.number().min(0).max(1) })).default([]),
  /** Class of a model to the person's own label; several classes may go to one, whose scores are added. Null hides it. */
  mapping: z
    .array(z.object({ from: z.string().min(1), to: z.string().trim().min(1).nullable() }))
    .default([]),
})
export type Rules = z.infer<typeof Rules>

/** What the rules would change, before they are saved. */
export const RulesPreview = z.object({
  /** Photos whose visible suggestions become other ones. */
  changed: z.int(),
  /** Photos with at least one visible suggestion and no label by a person. */
  suggestedNow: z.int(),
  suggestedThen: z.int(),
  /** Histogram of the best scores of all photos, 20 equal bins over 0..1. */
  histogram: z.array(z.int()),
})
export type RulesPreview = z.infer<typeof RulesPreview>

/** One change that can be taken back or made again. */
export const HistoryStep = z.object({
  kind: z.enum(['confirm', 'reject', 'clear', 'accept', 'rename', 'import', 'rules']),
  /** The label or labels, for a sentence like: Undo "cat" on 50 photos. */
  name: z.string().nullable(),
  photos: z.int(),
  atMs: z.int(),
})
export type HistoryStep = z.infer<typeof HistoryStep>

export const HistoryState = z.object({ undo: HistoryStep.nullable(), redo: HistoryStep.nullable() })
export type HistoryState = z.infer<typeof HistoryState>

/** Preferences of the person on this machine, the same for every library. */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Null follows the system. */
  language: z.enum(['en', 'zh-CN']).nullable(),
  density: z.enum(['comfortable', 'compact']),
  tileSizePx: z.int().min(64).max(512),
  /** Action to key, where it differs from the standard. */
  keys: z.record(z.string(), z.string()),
  isAutoAdvance: z.boolean(),
  /** The app reads all folders again when it starts, and so finds new, changed and moved photos. */
  isScanAtStart: z.boolean(),
  labelMode: z.enum(['single', 'multi']),
  /** For the digit keys, in order. */
  pinnedLabels: z.array(z.string()).max(9),
  /** Name of the model that labels when none is chosen; null is the best one that is installed. */
  defaultModel: z.string().nullable(),
  /** Null before the first export. */
  lastExport: ExportChoices.nullable(),
})
export type Settings = z.infer<typeof Settings>
