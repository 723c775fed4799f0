// The calls about keywords that live in photos' files and in the sidecars beside them: reading, taking over, and writing.
import { z } from 'zod'
import { ids, list } from './bounded.ts'
import { TaskId, type PhotoId } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

const KeywordScope = z.object({
  /** Everything below these; none means the whole library. */
  folders: list(z.string().min(1)).default([]),
  /** Only these photos, for example a selection. */
  photoIds: ids<PhotoId>().nullable().default(null),
})
export type KeywordScope = z.infer<typeof KeywordScope>

/** A keyword as the label that it would be, with `/` between its levels. */
export const FoundKeyword = z.object({
  name: z.string(),
  photos: z.int(),
  /** Those of them that do not have this label yet, and for which the user has not rejected it. */
  newPhotos: z.int(),
})
export type FoundKeyword = z.infer<typeof FoundKeyword>

export const FoundKeywords = z.object({
  /** The most frequent first. */
  keywords: z.array(FoundKeyword),
  /** Sidecars that fit several files, where the user has not said yet whether they are theirs. */
  shared: z.array(z.object({ sidecar: z.string(), files: z.array(z.string()) })),
  /** Files whose XMP cannot be read. */
  damaged: z.array(z.string()),
})
export type FoundKeywords = z.infer<typeof FoundKeywords>

/** Where keywords go: a sidecar beside each photo, or the photo's file itself. */
export const KeywordTarget = z.enum(['sidecar', 'file'])
export type KeywordTarget = z.infer<typeof KeywordTarget>

export const KeywordWriteRequest = KeywordScope.extend({
  target: KeywordTarget.default('sidecar'),
  /** Suggestions with at least this score are written under `auto/`; null: none, and earlier ones are taken out. */
  autoAbove: z.number().min(0).max(1).nullable().default(null),
})
export type KeywordWriteRequest = z.infer<typeof KeywordWriteRequest>

/** How a file changes: a new sidecar, an existing one, or the photo's file. */
export const KeywordWriteKind = z.enum(['new-sidecar', 'sidecar', 'file'])
export type KeywordWriteKind = z.infer<typeof KeywordWriteKind>

/** How keywords are written without a question; kept by the library, since it belongs to its photos. */
export const KeywordWriting = z.object({
  /** As in the dialog, when something was last written there. */
  target: KeywordTarget,
  autoAbove: z.number().min(0).max(1).nullable(),
  /** Whether keywords are written whenever the user changes what they said of a photo. */
  isAutomatic: z.boolean(),
})
export type KeywordWriting = z.infer<typeof KeywordWriting>

export const KeywordPlan = z.object({
  /** Files of photos that were looked at. */
  files: z.int(),
  unchanged: z.int(),
  counts: z.record(KeywordWriteKind, z.int()),
  /** Sidecars that are written although the photos' files were asked for, since these have no safe place for keywords. */
  insteadOfFile: z.int(),
  examples: z.array(
    z.object({
      /** The photo's file. */
      path: z.string(),
      target: z.string(),
      kind: KeywordWriteKind,
      added: z.array(z.string()),
      removed: z.array(z.string()),
      /** The file's xmp:Rating, -1 where the photo is rejected; null: it stays as it is. */
      rating: z.object({ before: z.int().nullable(), after: z.int() }).nullable(),
    }),
  ),
  /** Why nothing of this kind can be written on this computer; null where it can. */
  obstacle: Message.nullable(),
})
export type KeywordPlan = z.infer<typeof KeywordPlan>

/** `path`: the photo's file; `target`: the file that could not be written. */
export const KeywordFailure = z.object({ path: z.string(), target: z.string(), reason: Message })
export type KeywordFailure = z.infer<typeof KeywordFailure>

export const KeywordReport = z.object({
  files: z.int(),
  written: z.int(),
  /** Whose files were written: of a RAW file and its JPEG one. */
  photos: z.int(),
  unchanged: z.int(),
  /** Whether it was cancelled before its end; what was written until then stays. */
  isCancelled: z.boolean(),
  failed: z.int(),
  /** The first of them. */
  failures: z.array(KeywordFailure),
})
export type KeywordReport = z.infer<typeof KeywordReport>

/** Photos whose keywords are to be written automatically, and are not yet. */
export const PendingKeywords = z.object({
  /** Those whose files are there. */
  waiting: z.int(),
  /** False also where it is over in a moment. */
  isWriting: z.boolean(),
  /** Of the photos that could not be written and are tried again: the first, and how many they are. */
  problem: KeywordFailure.extend({ photos: z.int() }).nullable(),
})
export type PendingKeywords = z.infer<typeof PendingKeywords>

export const KeywordProgress = z.object({
  taskId: z.string(),
  done: z.int(),
  total: z.int().nullable(),
  etaMs: z.number().nullable(),
})
export type KeywordProgress = z.infer<typeof KeywordProgress>

/** Keywords in files. Writing is one step of the history; undoing it writes the opposite. */
export const keywordsContract = {
  /** What the files say, as the last scan read it. */
  list: rpc(KeywordScope, FoundKeywords),
  /** Confirms keywords as labels, in one step; null: all. What the user rejected stays rejected. */
  use: rpc(
    KeywordScope.extend({ names: z.array(z.string()).nullable().default(null) }),
    z.object({ photos: z.int() }),
  ),
  /** Answers for all sidecars that fit several files: they are read and written for each of them, or left alone. */
  decideShared: rpc(
    KeywordScope.pick({ folders: true }).extend({ isUsed: z.boolean() }),
    z.object({ files: z.int() }),
  ),
  /** What `write` would do, by what the last scan read. */
  plan: rpc(KeywordWriteRequest.extend({ limit: z.int().min(0).max(1000).default(20) }), KeywordPlan),
  /** Writes the confirmed labels, and the stars and flags that the user gave. Progress comes as `keywords.progress`. Cancelled, it returns what it did. */
  write: rpc(KeywordWriteRequest.extend({ taskId: TaskId }), KeywordReport),
  pending: rpc(emptyObject, PendingKeywords),
  /** Writes now what waits to be written automatically, also what failed before. Progress and cancelling are those of `write`. */
  writePending: rpc(z.object({ taskId: TaskId }), KeywordReport),
  /** Ends the write with this `taskId` after the files at work. No error where there is none. */
  cancel: rpc(z.object({ taskId: z.string().min(1) }), emptyObject),
} as const
