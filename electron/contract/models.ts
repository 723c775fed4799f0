// The calls about models: installed ones, and those of the catalogue.
import { z } from 'zod'
import { ModelId, Precision } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

/** Where a model comes from: with Labelroom, from its catalogue, or from a folder or file of the user's. */
export const ModelOrigin = z.enum(['bundled', 'catalogue', 'disk'])
export type ModelOrigin = z.infer<typeof ModelOrigin>

/**
 * What a model says of photos: `labels`; `answers` to questions (VQA); how well sentences `match` a photo (retrieval); or
 * whether a sentence is true of two photos, `pairs` (NLVR2).
 */
export const ModelTask = z.enum(['labels', 'answers', 'match', 'pairs'])
export type ModelTask = z.infer<typeof ModelTask>

/** `softmax`: one label a photo. `sigmoid`: several, each by itself. */
export const Activation = z.enum(['softmax', 'sigmoid'])
export type Activation = z.infer<typeof Activation>

/** The scores from which labels count as found: those of characters, and all others. */
const Thresholds = z.object({ general: z.number().min(0).max(1), character: z.number().min(0).max(1) })

/** What a user said of a model whose files do not say it, or chose for it. */
export const ModelChoices = z.object({
  activation: Activation.nullable().default(null),
  /** In place of those of its files. */
  thresholds: Thresholds.nullable().default(null),
  /** Leaves `long_hair` as it is in a list of tags, and does not make it `long hair`. */
  keepsUnderscores: z.boolean().default(false),
  /** Makes the category of a tag the parent of its label: `character/hatsune miku`. */
  groupsTags: z.boolean().default(true),
})
export type ModelChoices = z.infer<typeof ModelChoices>

/** What is chosen now; the rest stays. */
export const NewModelChoices = z.object({
  activation: Activation.optional(),
  thresholds: Thresholds.nullable().optional(),
  keepsUnderscores: z.boolean().optional(),
  groupsTags: z.boolean().optional(),
})
export type NewModelChoices = z.infer<typeof NewModelChoices>

export const Model = z.object({
  id: ModelId,
  name: z.string(),
  /** Fingerprint of the weights and the configuration. */
  version: z.string(),
  /** The folder or .onnx file; `/`-separated. */
  path: z.string(),
  kind: z.enum(['checkpoint', 'onnx']),
  task: ModelTask,
  /** How many outputs it has. */
  classes: z.int(),
  /** How many different names these have: what users read as its classes, since scores of outputs with one name are added. */
  labelCount: z.int(),
  embeddingDim: z.int().nullable(),
  /** It has a text encoder beside the image encoder, so that words and sentences can be compared with photos. */
  readsWords: z.boolean(),
  inputWidthPx: z.int(),
  inputHeightPx: z.int(),
  weightBytes: z.int(),
  addedAtMs: z.int(),
  origin: ModelOrigin,
})
export type Model = z.infer<typeof Model>

/** How good a model was on photos of its kind that it had not learned from, as its configuration says. */
const ModelQuality = z.object({
  /** How often the first label was right. */
  top1Percent: z.number(),
  /** Of the photos whose best score is at least this, at least seven of ten were right. */
  suggestedAt: z.number(),
})

/** The model that labels when none is chosen, and why. */
export const BestModel = z.object({
  model: Model,
  /** `chosen`: in the settings. */
  reason: z.enum(['chosen', 'most-accurate', 'largest', 'bundled']),
  /** The basis of `most-accurate`: as published, not measured by Labelroom. */
  accuracy: z.object({ top1Percent: z.number(), dataset: z.string() }).nullable(),
  /** Of the bundled model alone. */
  quality: ModelQuality.nullable(),
})
export type BestModel = z.infer<typeof BestModel>

/** A model read from disk; not necessarily in the library. */
export const ModelInfo = Model.omit({ id: true, addedAtMs: true, labelCount: true }).extend({
  precisions: z.array(Precision),
  architecture: z.array(Message),
  /** In the order of the classes, each name once: several classes may share one. */
  labels: z.array(z.string()),
  quality: ModelQuality.nullable(),
  /** How photos are resized, and in which file that is said; null where it is assumed. */
  resize: z.array(Message),
  resizeFrom: z.string().nullable(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  /** How logits become scores, and in which file that is said; null where nothing says it and the user has to. */
  activation: Activation.nullable(),
  activationFrom: z.string().nullable(),
  /** Whether each label has a threshold, from which it counts as found. */
  hasThresholds: z.boolean(),
  /** Where the labels come from; null where they have no names. */
  labelsFrom: z.string().nullable(),
  /** Of a list of tags, how many are in each category. */
  categories: z.array(z.object({ name: z.string(), tags: z.int() })),
  /** What no file says and Labelroom took for granted, each a sentence. */
  assumed: z.array(Message),
  choices: ModelChoices,
})
export type ModelInfo = z.infer<typeof ModelInfo>

/** A model of the catalogue: named in the product, downloaded on request. */
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
  /** The file that is being downloaded. */
  file: z.string(),
  /** Of all files; starts with what an earlier attempt downloaded. */
  doneBytes: z.int(),
  totalBytes: z.int(),
  bytesPerSecond: z.number(),
  etaMs: z.number().nullable(),
})
export type DownloadProgress = z.infer<typeof DownloadProgress>

export const modelsContract = {
  list: rpc(emptyObject, z.array(Model)),
  /**
   * Reads a folder or file and keeps it in the library, with what the user chose for it; what was chosen before stays.
   * Fails with `scores-unknown` where neither the files nor the user say whether a photo has one label or several.
   */
  add: rpc(z.object({ path: z.string().min(1), choices: NewModelChoices.default({}) }), Model),
  /** Forgets the model and its suggestions; human labels and the files on disk stay. */
  remove: rpc(z.object({ id: ModelId }), emptyObject),
  /**
   * Takes away what the model and its heads suggested, of every photo, as one step of the history; the model, its heads
   * and human labels stay. Returns for how many photos there was something.
   */
  clearSuggestions: rpc(z.object({ id: ModelId }), z.object({ photos: z.int() })),
  /** Whether anything that the model or its heads suggested shows. */
  hasSuggestions: rpc(z.object({ id: ModelId }), z.object({ hasAny: z.boolean() })),
  info: rpc(z.object({ model: z.string().min(1) }), ModelInfo),
  /**
   * Returns the model that labels when none is named: the default model of the settings; else of the installed ones for
   * everyday things the one with the highest published accuracy; else the largest that the user added; else the bundled
   * one.
   */
  best: rpc(emptyObject, BestModel),
  /** Display names in another language by label, of one model or of all; empty where it has none. */
  labelNames: rpc(
    z.object({ modelId: ModelId.nullable().default(null), language: z.string().regex(/^[A-Za-z0-9-]+$/) }),
    z.record(z.string(), z.string()),
  ),
  /**
   * Returns how to write labels in a language, by `labelKey`: the classes of ImageNet-1k under all names that models
   * know them by, and what else models translate or spell with underscores. Other labels are written as they are.
   * `isQuick`: without what only the files of models say, which at a start are read first.
   */
  labelTexts: rpc(
    z.object({ language: z.string().regex(/^[A-Za-z0-9-]+$/), isQuick: z.boolean().default(false) }),
    z.record(z.string(), z.string()),
  ),
  catalogue: rpc(emptyObject, z.array(CatalogueModel)),
  /**
   * Downloads a model of the catalogue and adds it; answers when that is done. An interrupted download resumes
   * where it stopped; a second call during a download gets its result. Progress comes as `download.progress`.
   */
  download: rpc(z.object({ id: z.string().min(1) }), Model),
  /** The download fails with `cancelled` and keeps what it has. No error where there is none. */
  cancelDownload: rpc(z.object({ id: z.string().min(1) }), emptyObject),
} as const
