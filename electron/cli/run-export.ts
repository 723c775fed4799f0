// Runs an export to a file or folder with a progress line; Ctrl-C cancels it.
import type { ExportProgress } from '../contract/exports.ts'
import { followCancellable } from './follow-task.ts'
import type { OpenLibrary } from './open-library.ts'
import { describeStage } from './progress.ts'

/** Null after Ctrl-C, which sets the exit code. Throws AppError. */
export const runExport = <T>(
  { client, subscribe }: OpenLibrary,
  path: string,
  start: () => Promise<T>,
): Promise<T | null> =>
  followCancellable(
    {
      describe: describeExport,
      subscribe: (update) => subscribe('export.progress', update),
      cancel: () => client.exports.cancel({ path }),
      work: start,
    },
    ({ message }) => message,
  )

export const describeExport = (progress: ExportProgress, hasBar: boolean): string =>
  describeStage(progress.stage, progress, hasBar)
