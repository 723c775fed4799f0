// The calls that bring labels in: from a CSV, and from folders that are named after labels.
import { z } from 'zod'
import { TaskId } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

/** How many unmatched rows of each kind are listed one by one. */
const examples = z.int().min(0).max(1000).default(20)

/** What a table without a byte order mark is written in. */
export const CsvEncoding = z.enum([
  ...(['utf-8', 'windows-1252', 'windows-1250', 'windows-1251'] as const),
  ...(['gb18030', 'big5', 'shift_jis', 'euc-kr'] as const),
])
export type CsvEncoding = z.infer<typeof CsvEncoding>

/** Names of the columns to use; null: found by their usual names. */
const columnName = z.string().min(1).max(1000).nullable().default(null)
const ColumnNames = z.object({ file: columnName, label: columnName, hash: columnName })

export const CsvImportRequest = z.object({
  file: z.string().min(1),
  /** What the paths in the file are relative to. */
  folder: z.string().min(1),
  columns: ColumnNames.nullable().default(null),
  encoding: CsvEncoding.default('utf-8'),
  /** False: a dry run, which only reports what would change. */
  isApplied: z.boolean().default(false),
  examples,
  taskId: TaskId,
})
export type CsvImportRequest = z.infer<typeof CsvImportRequest>

/** An ImageFolder: each photo's folder is its label; or photos with texts of labels beside them. */
export const FolderImportRequest = z.object({
  /** Holds class folders, or train, val and test that do. */
  folder: z.string().min(1),
  /** Where to look for photos by name whose content is not known; null: nowhere. */
  photosFolder: z.string().min(1).nullable().default(null),
  /** What labels a photo: its class folder, or the text file beside it, which has its name. */
  labels: z.enum(['folders', 'texts']).default('folders'),
  /** Which folder on the way to a photo names its label: 1 is the one in `folder`. Null: it is found. */
  level: z.int().min(1).max(1000).nullable().default(null),
  /** False: a dry run, which only reports what would change. */
  isApplied: z.boolean().default(false),
  examples,
  taskId: TaskId,
})
export type FolderImportRequest = z.infer<typeof FolderImportRequest>

/** Why a row or a file labels no photo. */
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
  examples: z.array(z.object({ line: z.int().nullable(), file: z.string(), reason: Message })),
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
  /** Distinct photos that get labels. */
  photos: z.int(),
  isApplied: z.boolean(),
  /** Photos whose labels changed; the others had these labels before. */
  changed: z.int(),
  /** What the user has to say before anything can be matched; null: nothing. Applied, it is an error. */
  question: Message.nullable(),
})
export type ImportReport = z.infer<typeof ImportReport>

export const CsvImportReport = ImportReport.extend({
  /** Names of the columns that were used. */
  columns: z.object({
    file: z.string().nullable(),
    label: z.string().nullable(),
    hash: z.string().nullable(),
  }),
  header: z.array(z.string()),
  /** Five at most, with the beginning of each cell; none where the file is not called like a table. */
  firstRows: z.array(z.array(z.string())),
})
export type CsvImportReport = z.infer<typeof CsvImportReport>

export const FolderImportReport = ImportReport.extend({
  /** The folders between the one that was asked for and the photos; empty with labels in texts. */
  levels: z.array(z.object({ folders: z.int(), examples: z.array(z.string()) })),
  /** Which of them names the labels, 1 being the first; null: none does, or it is not known. */
  level: z.int().nullable(),
})
export type FolderImportReport = z.infer<typeof FolderImportReport>

export const ImportProgress = z.object({
  taskId: z.string(),
  /** `finding`: files of a folder are being counted. */
  stage: z.enum(['finding', 'matching', 'saving']),
  /** Share of this stage that is done, 0..1; null while it is not known how much there is. */
  share: z.number().nullable(),
  etaMs: z.number().nullable(),
})
export type ImportProgress = z.infer<typeof ImportProgress>

/** An import is one step of the history, saved as a whole or not at all. Progress comes as `import.progress`. */
export const importsContract = {
  /** Confirms the labels of a CSV, or only reports what would match. */
  labels: rpc(CsvImportRequest, CsvImportReport),
  /** Confirms the labels of an ImageFolder, or only reports what would match. */
  folder: rpc(FolderImportRequest, FolderImportReport),
  /** The import with this `taskId` fails with `cancelled` and saves nothing. No error where there is none. */
  cancel: rpc(z.object({ taskId: z.string().min(1) }), emptyObject),
} as const
