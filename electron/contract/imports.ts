// The calls that bring labels in: from a CSV, and from folders that are named after labels.
import { z } from 'zod'
import { list } from './bounded.ts'
import { LabelState, Precision, TaskId } from './domain.ts'
import { JobState, Shard } from './jobs.ts'
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

/** Libraries that are merged into this one, such as those of shards. */
export const MergeRequest = z.object({
  /** Libraries; they are only read. */
  files: list(z.string().min(1), { min: 1 }),
  /** Where their photos are here, if their folders lie under other paths; the longest one decides. */
  roots: list(z.object({ before: z.string().min(1), after: z.string().min(1) })).default([]),
  /** How many conflicts are listed one by one. */
  examples,
  taskId: TaskId,
})
export type MergeRequest = z.infer<typeof MergeRequest>

/** Present files; `files` is the sum of the others. */
export const OutcomeCounts = z.object({
  files: z.int(),
  labelled: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** No model has seen them. */
  pending: z.int(),
})
export type OutcomeCounts = z.infer<typeof OutcomeCounts>

export const MergedLibrary = OutcomeCounts.extend({
  file: z.string(),
  /** Of its last job; null where it has none or labelled whole folders. */
  shard: Shard.nullable(),
  /** The state of its last job; null: there is none. */
  job: JobState.nullable(),
  /** Files whose paths were in this library before. */
  known: z.int(),
  /** Heads that it adds. */
  heads: z.int(),
  /** It has rules of its own, which are not those of this library. */
  hasOtherRules: z.boolean(),
})
export type MergedLibrary = z.infer<typeof MergedLibrary>

/** What two libraries say otherwise of a photo's labels; both facts are kept. */
export const LabelConflict = z.object({
  about: z.literal('label'),
  /** A file of the photo. */
  path: z.string(),
  label: z.string(),
  /** The library that was merged, and what it said of this label. */
  source: z.string(),
  sourceState: LabelState.exclude(['suggested']),
  sourceAtMs: z.int(),
  /** What this library said: the opposite of this label, or another label of the photo. */
  ownLabel: z.string(),
  ownState: LabelState.exclude(['suggested']),
  ownAtMs: z.int(),
  holds: z.enum(['source', 'own', 'both']),
})
export type LabelConflict = z.infer<typeof LabelConflict>

/** Stars (0..5) or a flag (1 a pick, -1 a reject, 0 neither) that two libraries give otherwise; that of this one holds. */
export const RatingConflict = z.object({
  about: z.enum(['stars', 'flag']),
  /** A file of the photo. */
  path: z.string(),
  /** The library that was merged, and what it has. */
  source: z.string(),
  sourceValue: z.int(),
  ownValue: z.int(),
})
export type RatingConflict = z.infer<typeof RatingConflict>

export const MergeConflict = z.discriminatedUnion('about', [LabelConflict, RatingConflict])
export type MergeConflict = z.infer<typeof MergeConflict>

/** What is missing of folders that were divided into shards. */
export const MissingShards = z.object({
  folders: z.array(z.string()),
  /** The name and the precision that its jobs labelled with. */
  model: z.string(),
  precision: Precision,
  count: z.int(),
  missing: z.array(z.int()),
})
export type MissingShards = z.infer<typeof MissingShards>

export const MergeReport = z.object({
  libraries: z.array(MergedLibrary),
  /** Of all that were merged together. */
  total: OutcomeCounts,
  /** This library after it. */
  library: OutcomeCounts,
  /** Of each division that they belong to; none of those that were merged before. */
  missingShards: z.array(MissingShards),
  /** Photos whose labels changed. */
  photos: z.int(),
  /** Conflicts that were found now. */
  conflicts: z.int(),
})
export type MergeReport = z.infer<typeof MergeReport>

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
  /**
   * Merges libraries into this one: files, suggestions, embeddings and heads, and as one step of the history what users said.
   * Merging them again changes nothing; after a failure or a kill, the same call goes on.
   */
  merge: rpc(MergeRequest, MergeReport),
  /** Returns what merged libraries said otherwise: of labels, the newest first, and then of stars and flags. */
  conflicts: rpc(z.object({ limit: z.int().min(1).max(100_000).default(1000) }), z.array(MergeConflict)),
  /** The import with this `taskId` fails with `cancelled` and saves nothing. No error where there is none. */
  cancel: rpc(z.object({ taskId: z.string().min(1) }), emptyObject),
} as const
