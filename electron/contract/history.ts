// The calls that undo and redo what the user did.
import { z } from 'zod'
import { LabelRenames } from './renames.ts'
import { emptyObject, rpc } from './rpc.ts'

/** One change that can be undone or redone. */
export const HistoryStep = z.object({
  kind: z.enum([
    'confirm',
    'reject',
    'clear',
    'accept',
    'rename',
    'import',
    'rules',
    /** Another head is in use. */
    'promote',
    /** The head before, or the model's own, is in use again. */
    'rollback',
    /** What a model suggested was taken away. */
    'clear-suggestions',
    /** A folder is found under another path. */
    'move-folder',
    /** A label that looked wrong is right. */
    'keep',
    /** Labels of photos whose image was edited still hold. */
    'keep-changed',
    /** They do not. */
    'clear-changed',
    /** Labels were written into photos' files and sidecars as keywords. */
    'write-keywords',
    /** What users said in other libraries, which were merged into this one. */
    'merge',
    /** The user gave stars; `name`: how many. */
    'rate',
    /** The user set a flag; `name`: which, or `none`. */
    'flag',
    /** Photos' files were moved into another folder on disk; `name`: which. */
    'move-files',
  ]),
  /** The label or labels; the model; the folder; the version of the head in use after it, null for the model's own. */
  name: z.string().nullable(),
  /** The folder that all files came from, of a step that moved files; null: several. */
  source: z.string().nullable(),
  /** Whose labels changed, or whose suggestions. */
  photos: z.int(),
  /** Labels of photos that the user confirmed or rejected, as many as changed. */
  labels: z.int(),
  atMs: z.int(),
})
export type HistoryStep = z.infer<typeof HistoryStep>

export const HistoryState = z.object({ undo: HistoryStep.nullable(), redo: HistoryStep.nullable() })
export type HistoryState = z.infer<typeof HistoryState>

/** What labels are called again comes along. */
export const HistoryMove = HistoryState.extend({ renamed: LabelRenames })
export type HistoryMove = z.infer<typeof HistoryMove>

/** Every change by the user can be undone and redone, also after a restart; a batch is one step. */
export const historyContract = {
  state: rpc(emptyObject, HistoryState),
  undo: rpc(emptyObject, HistoryMove),
  redo: rpc(emptyObject, HistoryMove),
} as const
