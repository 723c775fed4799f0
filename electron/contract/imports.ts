// The nouns of bringing labels in: from a CSV, and from folders that are named after labels.
import { z } from 'zod'
import { TaskId } from './learning.ts'

/** How many rows of each kind that match nothing are told one by one. */
const examples = z.int().min(0).max(1000).default(20)

export const CsvImportRequest = z.object({
  file: z.string().min(1),
  /** What the paths in the file are relative to. */
  folder: z.string().min(1),
  /** False only says what would happen. */
  isApplied: z.boolean().default(false),
  examples,
  taskId: TaskId,
})
export type CsvImportRequest = z.infer<typeof CsvImportRequest>

/** An ImageFolder: the folder of a photo says its label. */
export const FolderImportRequest = z.object({
  /** With class folders in it, or with train, val and test that have them. */
  folder: z.string().min(1),
  /** Where to look for photos by name whose content is not known; null: nowhere. */
  photosFolder: z.string().min(1).nullable().default(null),
  /** False only says what would happen. */
  isApplied: z.boolean().default(false),
  examples,
  taskId: TaskId,
})
export type FolderImportRequest = z.infer<typeof FolderImportRequest>

/** Why a row or a file gives no photo a label. */
export const MismatchKind = z.enum([
  'unknown-file',
  'ambiguous-name',
  'unknown-content',
  'no-label',
  'suggestion',
  'no-class-folder',
  'unreadable',
])
export type MismatchKind = z.infer<typeof MismatchKind>

export const Mismatches = z.object({
  kind: MismatchKind,
  rows: z.int(),
  /** The first of them; `line` is the line in the CSV, the header being 1; null for files of a folder. */
  examples: z.array(z.object({ line: z.int().nullable(), file: z.string(), reason: z.string() })),
})
export type Mismatches = z.infer<typeof Mismatches>

/** `rows` are the matched ones and all of `unmatched` together. */
export const ImportReport = z.object({
  /** Rows of a CSV, or files of a folder. */
  rows: z.int(),
  matchedByPath: z.int(),
  matchedByName: z.int(),
  matchedByHash: z.int(),
  /** The most frequent first. */
  unmatched: z.array(Mismatches),
  labels: z.array(z.object({ name: z.string(), photos: z.int() })),
  /** Different photos that get labels. */
  photos: z.int(),
  isApplied: z.boolean(),
  /** Photos of which something else is said now; the others had these labels before. */
  changed: z.int(),
})
export type ImportReport = z.infer<typeof ImportReport>

export const CsvImportReport = ImportReport.extend({
  /** Names of the columns that were used. */
  columns: z.object({ file: z.string().nullable(), label: z.string(), hash: z.string().nullable() }),
})
export type CsvImportReport = z.infer<typeof CsvImportReport>

export const ImportProgress = z.object({
  taskId: z.string(),
  /** `finding`: files of a folder are being counted. */
  stage: z.enum(['finding', 'matching', 'saving']),
  /** Share of this stage that is done, 0..1; null while it is not known how much there is. */
  share: z.number().nullable(),
  etaMs: z.number().nullable(),
})
export type ImportProgress = z.infer<typeof ImportProgress>
