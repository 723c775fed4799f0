// The nouns of taking things away: data sets for training elsewhere, and models with a trained head.
import { z } from 'zod'
import { ExportFormat, ModelId, PhotoId } from './domain.ts'
import { HeadId } from './learning.ts'

/** `imagefolder`, `hf` and `coco` hold the photos; the lists `jsonl`, `kaggle` and `timm` may do without. */
export const DatasetFormat = z.enum(['imagefolder', 'hf', 'coco', 'jsonl', 'kaggle', 'timm'])
export type DatasetFormat = z.infer<typeof DatasetFormat>

/** How photos get into a data set. `none`: not at all, the lists name them where they lie. */
export const PhotoPlacement = z.enum(['copy', 'hard', 'symlink', 'none'])
export type PhotoPlacement = z.infer<typeof PhotoPlacement>

const percent = z.int().min(0).max(100)
/** Shares in percent. Without `val` and `test` the data set is not divided into folders. */
export const DatasetSplit = z
  .object({ train: percent, val: percent, test: percent })
  .refine(({ train, val, test }) => train + val + test === 100, 'the shares must add up to 100')
export type DatasetSplit = z.infer<typeof DatasetSplit>
export const SplitName = z.enum(['train', 'val', 'test'])
export type SplitName = z.infer<typeof SplitName>

export const DatasetRequest = z.object({
  format: DatasetFormat,
  /** Everything below these; none means the whole library. */
  folders: z.array(z.string().min(1)).default([]),
  /** Only these photos, for example a selection. */
  photoIds: z.array(PhotoId).nullable().default(null),
  /** Photos without a confirmed label go by their suggestions from this score on; null: confirmed labels alone. */
  minScore: z.number().min(0).max(1).nullable().default(null),
  /** Whose suggestions; null: for each photo, of what labelled it last. */
  modelId: ModelId.nullable().default(null),
  /**
   * What formats with one label a photo do where several are confirmed: take the one confirmed first, or skip the photo
   * and say so. COCO, JSONL and `metadata.jsonl` have room for all labels.
   */
  severalLabels: z.enum(['first', 'skip']).default('first'),
  split: DatasetSplit.default({ train: 100, val: 0, test: 0 }),
  seed: z.int().min(0).default(0),
  /** Photos at least this similar stay on one side of the split; null: only those with the same content do. */
  minCosine: z.number().min(0).max(1).nullable().default(0.95),
  placement: PhotoPlacement.default('copy'),
  /** For `hf`: the file that holds the labels. */
  metadata: z.enum(['csv', 'jsonl']).default('csv'),
})
export type DatasetRequest = z.infer<typeof DatasetRequest>

const SplitCounts = z.object({ train: z.int(), val: z.int(), test: z.int() })

/** `files` is `exported` and all of `skipped` together. */
export const DatasetCounts = z.object({
  files: z.int(),
  exported: z.int(),
  skipped: z.array(z.object({ reason: z.string(), files: z.int() })),
  splits: SplitCounts,
  /** `folder`: the label as the name of a folder, which is how `imagefolder` writes it. */
  labels: z.array(SplitCounts.extend({ name: z.string(), folder: z.string() })),
  /** Groups of photos that were kept together because they look or are the same. */
  duplicateGroups: z.int(),
  /** Of the exported photos, by their sizes on disk. */
  bytes: z.int(),
})
export type DatasetCounts = z.infer<typeof DatasetCounts>

/** One file as it will lie in the data set; `fileName` is relative to its folder. */
export const DatasetRow = z.object({
  fileName: z.string(),
  path: z.string(),
  split: SplitName,
  /** One, unless the format has room for several. */
  labels: z.array(z.string()).min(1),
  source: z.enum(['human', 'model']),
  /** Of the first label; null for what a person said. */
  score: z.number().nullable(),
})
export type DatasetRow = z.infer<typeof DatasetRow>

export const DatasetPreview = z.object({ counts: DatasetCounts, rows: z.array(DatasetRow) })
export type DatasetPreview = z.infer<typeof DatasetPreview>

export const DatasetReport = DatasetCounts.extend({ folder: z.string() })
export type DatasetReport = z.infer<typeof DatasetReport>

/** What the person chose in the last export; the next one starts with it. */
export const ExportChoices = z.object({
  /** `table`: one file with labels. `dataset`: a folder. */
  kind: z.enum(['table', 'dataset']),
  table: ExportFormat,
  dataset: DatasetFormat,
  /** The file or folder that was written last; empty for none. */
  file: z.string(),
  folder: z.string(),
  isConfirmedOnly: z.boolean(),
  minScore: z.number().min(0).max(1),
  topK: z.int().min(1).max(100),
  isSpreadsheetSafe: z.boolean(),
  split: DatasetSplit,
  seed: z.int().min(0),
  isSimilarTogether: z.boolean(),
  placement: PhotoPlacement,
  severalLabels: z.enum(['first', 'skip']),
  metadata: z.enum(['csv', 'jsonl']),
})
export type ExportChoices = z.infer<typeof ExportChoices>

/** `onnx`: one graph for any runtime. `safetensors`: a checkpoint with the names it came with. */
export const ModelExportFormat = z.enum(['onnx', 'safetensors'])
export type ModelExportFormat = z.infer<typeof ModelExportFormat>

export const ModelExportRequest = z.object({
  headId: HeadId,
  format: ModelExportFormat,
  /** New or empty. */
  folder: z.string().min(1),
})
export type ModelExportRequest = z.infer<typeof ModelExportRequest>

export const ModelExportReport = z.object({
  folder: z.string(),
  /** The weights: `model.onnx` or `model.safetensors`. */
  file: z.string(),
  bytes: z.int(),
  labels: z.array(z.string()),
})
export type ModelExportReport = z.infer<typeof ModelExportReport>

export const ExportProgress = z.object({
  /** The file or folder that is written; what the export is cancelled by. */
  path: z.string(),
  stage: z.enum(['reading', 'comparing', 'writing']),
  done: z.int(),
  /** Files of this stage; null while they are not counted. */
  total: z.int().nullable(),
  etaMs: z.number().nullable(),
})
export type ExportProgress = z.infer<typeof ExportProgress>
