// The calls that move photos' files into another folder of the library, on disk.
import { z } from 'zod'
import { ids } from './bounded.ts'
import { TaskId, type FileId } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

export const MoveTarget = z.object({
  /** Files of the library. What belongs to them, such as sidecars and the RAW file of a pair, goes with them. */
  fileIds: ids<FileId>({ min: 1 }),
  /** A folder of the library, or one below it. */
  folder: z.string().min(1).max(4096),
  /** The name of a folder in it that is made for them; null: none. */
  newFolder: z.string().max(1000).nullable().default(null),
})
export type MoveTarget = z.infer<typeof MoveTarget>

/** What happens where a file of the same name, or another one of the same shot, is there already; nothing is ever replaced. */
export const OnTaken = z.enum(['skip', 'number'])
export type OnTaken = z.infer<typeof OnTaken>

/** Photos are counted by what is shown: a RAW file and its JPEG are one. */
export const MovePlan = z.object({
  /** Those that would be moved. */
  photos: z.int(),
  /** Those that lie there already. */
  there: z.int(),
  /** The full path of the folder. */
  folder: z.string(),
})
export type MovePlan = z.infer<typeof MovePlan>

export const MoveProblem = z.object({
  /** Null where the file was forgotten meanwhile. */
  fileId: z.int().positive().brand('FileId').nullable(),
  path: z.string(),
  kind: z.enum(['skipped', 'failed']),
  reason: Message,
  /** Its name is taken: it can be moved with a number. */
  isTaken: z.boolean(),
})
export type MoveProblem = z.infer<typeof MoveProblem>

/** `photos` is the sum of `moved`, `skipped`, `failed` and `left`. */
export const MoveReport = z.object({
  photos: z.int(),
  moved: z.int(),
  skipped: z.int(),
  failed: z.int(),
  /** Those that it did not come to, as it was cancelled. */
  left: z.int(),
  isCancelled: z.boolean(),
  /** The full path of the folder. */
  folder: z.string(),
  /** The first of those that were skipped or failed. */
  problems: z.array(MoveProblem),
})
export type MoveReport = z.infer<typeof MoveReport>

export const MoveProgress = z.object({
  /** Null: undo or redo, which cannot be cancelled. */
  taskId: z.string().nullable(),
  done: z.int(),
  total: z.int(),
  etaMs: z.number().nullable(),
})
export type MoveProgress = z.infer<typeof MoveProgress>

/** Moving is one step of the history; undoing it moves the files back. */
export const movesContract = {
  /** What `run` would do. Fails with `bad-request` where the folder is none of the library, or cannot be made. */
  plan: rpc(MoveTarget, MovePlan),
  /** Moves files. Progress comes as `moves.progress`. Cancelled, it returns what it did. Fails as `plan` does. */
  run: rpc(MoveTarget.extend({ onTaken: OnTaken.default('skip'), taskId: TaskId }), MoveReport),
  /** Ends the move with this `taskId` after the photo at work. No error where there is none. */
  cancel: rpc(z.object({ taskId: z.string().min(1) }), emptyObject),
} as const
