// The calls that write labels, datasets for training elsewhere, and models with a trained head.
import { z } from 'zod'
import { ids, list } from './bounded.ts'
import type { PhotoId } from './domain.ts'
import { JobId, ModelId } from './domain.ts'
import { Shard } from './jobs.ts'
import { HeadId } from './heads.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

export const ExportFormat = z.enum(['long', 'timm', 'kaggle', 'hf', 'jsonl', 'parquet'])
export type ExportFormat = z.infer<typeof ExportFormat>

/** Columns besides those of a format, about the photo and its file. */
export const ExportColumn = z.enum([
  ...(['taken_at', 'latitude', 'longitude', 'camera', 'lens', 'width'] as const),
  ...(['height', 'sha256', 'path', 'rating', 'title', 'keywords', 'companions'] as const),
  ...(['flag', 'rating_source'] as const),
])
export type ExportColumn = z.infer<typeof ExportColumn>

export const ExportRequest = z.object({
  /** Everything below these; none means the whole library. */
  folders: list(z.string().min(1)).default([]),
  /** Only these photos, for example a selection. */
  photoIds: ids<PhotoId>().nullable().default(null),
  format: ExportFormat.default('long'),
  /** The model whose suggestions are wanted, as it was run last; null: for each photo, whichever labelled it last. */
  modelId: ModelId.nullable().default(null),
  /** Instead of `modelId`: exactly the suggestions of this job's model, precision and input size. */
  jobId: JobId.nullable().default(null),
  topK: z.int().min(1).max(100).default(5),
  minScore: z.number().min(0).max(1).default(0),
  /** Leaves out everything that the user has not confirmed. */
  isConfirmedOnly: z.boolean().default(false),
  /** Puts an apostrophe before cells that a spreadsheet would run as a formula; a byte order mark and composed accents. */
  isSpreadsheetSafe: z.boolean().default(false),
  columns: z.array(ExportColumn).max(ExportColumn.options.length).default([]),
  /** Of `parquet`: the embedding of each photo, in the first of its rows. */
  hasEmbeddings: z.boolean().default(false),
  /** Only this part of the folders; null: all of them. */
  shard: Shard.nullable().default(null),
})
export type ExportRequest = z.infer<typeof ExportRequest>

export const DatasetFormat = z.enum([
  ...(['imagefolder', 'hf', 'coco', 'txt', 'labelstudio'] as const),
  ...(['fiftyone', 'datumaro', 'jsonl', 'kaggle', 'timm'] as const),
])
export type DatasetFormat = z.infer<typeof DatasetFormat>
/** Those that may name the photos where they lie; the others hold them. */
export const listFormats: readonly DatasetFormat[] = ['labelstudio', 'jsonl', 'kaggle', 'timm']
/** Those with room for all labels of a photo; `hf` has it in `metadata.jsonl`. */
export const formatsForLabels: readonly DatasetFormat[] = ['coco', 'txt', 'labelstudio', 'jsonl']

/** How photos get into a dataset. `none`: not at all, the lists hold their present paths. */
export const PhotoPlacement = z.enum(['copy', 'hard', 'symlink', 'none'])
export type PhotoPlacement = z.infer<typeof PhotoPlacement>

const percent = z.int().min(0).max(100)
/** Shares in percent. Without `val` and `test` the dataset is not split into folders. */
export const DatasetSplit = z
  .object({ train: percent, val: percent, test: percent })
  .refine(({ train, val, test }) => train + val + test === 100, 'the shares must add up to 100')
export type DatasetSplit = z.infer<typeof DatasetSplit>
export const SplitName = z.enum(['train', 'val', 'test'])
export type SplitName = z.infer<typeof SplitName>

export const DatasetRequest = z.object({
  format: DatasetFormat,
  /** Everything below these; none means the whole library. */
  folders: list(z.string().min(1)).default([]),
  /** Only these photos, for example a selection. */
  photoIds: ids<PhotoId>().nullable().default(null),
  /** Photos without a confirmed label take suggestions with at least this score; null: confirmed labels only. */
  minScore: z.number().min(0).max(1).nullable().default(null),
  /** The model whose suggestions are taken; null: for each photo, of whichever labelled it last. */
  modelId: ModelId.nullable().default(null),
  /**
   * What formats with one label a photo do where several are confirmed: take the one confirmed first, or skip the photo
   * with that reason. The others are `formatsForLabels`.
   */
  severalLabels: z.enum(['first', 'skip']).default('first'),
  split: DatasetSplit.default({ train: 100, val: 0, test: 0 }),
  seed: z.int().min(0).default(0),
  /** Near-duplicates: photos at least this similar stay in one split; null: only those with the same content do. */
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
  skipped: z.array(z.object({ reason: Message, files: z.int() })),
  splits: SplitCounts,
  /** `folder`: the label as the name of a folder, which is how `imagefolder` writes it. */
  labels: z.array(SplitCounts.extend({ name: z.string(), folder: z.string() })),
  /** Groups of duplicates and near-duplicates, each kept in one split. */
  duplicateGroups: z.int(),
  /** Of the exported photos, by their sizes on disk. */
  bytes: z.int(),
})
export type DatasetCounts = z.infer<typeof DatasetCounts>

/** One file as it will be in the dataset; `fileName` is relative to its folder. */
export const DatasetRow = z.object({
  fileName: z.string(),
  path: z.string(),
  split: SplitName,
  /** One, unless the format has room for several. */
  labels: z.array(z.string()).min(1),
  source: z.enum(['human', 'model']),
  /** Of the first label; null for one that the user confirmed. */
  score: z.number().nullable(),
})
export type DatasetRow = z.infer<typeof DatasetRow>

export const DatasetPreview = z.object({ counts: DatasetCounts, rows: z.array(DatasetRow) })
export type DatasetPreview = z.infer<typeof DatasetPreview>

export const DatasetReport = DatasetCounts.extend({ folder: z.string() })
export type DatasetReport = z.infer<typeof DatasetReport>

/** A file that the user names for an output. */
export const OutputFile = z.object({
  file: z.string().min(1),
  /**
   * Whether an existing file may be replaced. Without it, the call fails with `output-exists` unless the file is as
   * Labelroom wrote it last. Libraries, photos, models and Labelroom's own files are never replaced.
   */
  overwrite: z.boolean().default(false),
})
export type OutputFile = z.infer<typeof OutputFile>

/** What the user chose in the last export; the next one starts with it. */
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
  columns: z.array(ExportColumn).default([]),
  hasEmbeddings: z.boolean().default(false),
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
  /** The file or folder that is written; it identifies the export for `cancel`. */
  path: z.string(),
  stage: z.enum(['reading', 'comparing', 'writing']),
  done: z.int(),
  /** Files of this stage; null while they are not counted. */
  total: z.int().nullable(),
  etaMs: z.number().nullable(),
})
export type ExportProgress = z.infer<typeof ExportProgress>

export const exportsContract = {
  /** Returns the next chunk of the text of an export, of `parquet` that of `long`; `cursor` null starts, null in the reply ends. */
  chunk: rpc(
    z.object({ request: ExportRequest, cursor: z.string().nullable() }),
    z.object({ text: z.string(), cursor: z.string().nullable() }),
  ),
  /** Fails where `write` would: called before long work for a file that cannot be written. */
  check: rpc(OutputFile, emptyObject),
  /**
   * Writes a file atomically: the old one stays whole until the new one is complete. Progress comes as
   * `export.progress`.
   */
  write: rpc(OutputFile.extend({ request: ExportRequest }), z.object({ bytes: z.int(), rows: z.int() })),
  /** Returns what a dataset would hold: all counts, and its first rows. Writes nothing. */
  preview: rpc(
    z.object({ request: DatasetRequest, limit: z.int().min(0).max(1000).default(20) }),
    DatasetPreview,
  ),
  /**
   * Writes a dataset into a new or empty folder, which appears when it is complete; returns then.
   * Progress comes as `export.progress`.
   */
  dataset: rpc(z.object({ request: DatasetRequest, folder: z.string().min(1) }), DatasetReport),
  /** Writes a model with the head in place of its own. */
  model: rpc(ModelExportRequest, ModelExportReport),
  /**
   * The export to this file or folder fails with `cancelled` and leaves nothing behind. No error where there is none.
   */
  cancel: rpc(z.object({ path: z.string().min(1) }), emptyObject),
} as const
