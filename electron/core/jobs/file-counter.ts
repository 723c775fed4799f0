// Counts files ahead of a job, so that it can show how much is left while it still reads folders.
import { countFiles } from '../library/scan.ts'

export interface FileCounter {
  /** Opens each folder. Throws AppError for one that is missing or cannot be read. */
  begin(): Promise<void>
  /** Counts to the end or to the abort; never throws. */
  finish(): Promise<void>
  /** Files in the folders, or null while they are not all counted. */
  total(): number | null
}

export function createFileCounter(folders: readonly string[], signal: AbortSignal): FileCounter {
  const walks = folders.map((folder) => ({ steps: countFiles(folder, signal), files: 0 }))
  let isDone = false
  return {
    async begin() {
      for (const walk of walks) {
        const step = await walk.steps.next()
        if (step.done !== true) walk.files = step.value
      }
    },
    async finish() {
      try {
        for (const walk of walks) for await (const files of walk.steps) walk.files = files
        isDone = true
      } catch {
        // The job itself reads the same folders and reports what is wrong; without a total it just has no ETA.
      }
    },
    total: () => (isDone ? walks.reduce((sum, { files }) => sum + files, 0) : null),
  }
}
