// Counts files ahead of a job, so that it can show how much is left while it still reads folders.
import type { Shard } from '../../contract/jobs.ts'
import { countFiles, type FileCount } from '../library/scan.ts'

export interface FileCounter {
  /** Opens each folder. Throws AppError for one that is missing or cannot be read. */
  begin(): Promise<void>
  /** Counts to the end or to the abort, once however often it is called; never throws. */
  finish(): Promise<void>
  /** What is in the folders, or null while not all is counted. */
  total(): FileCount | null
}

export function createFileCounter(
  folders: readonly string[],
  signal: AbortSignal,
  shard: Shard | null,
): FileCounter {
  const walks = folders.map((folder) => ({
    steps: countFiles(folder, signal, shard),
    last: { files: 0, photos: 0 },
  }))
  let isDone = false
  let counting: Promise<void> | null = null
  const count = async () => {
    try {
      for (const walk of walks) for await (const found of walk.steps) walk.last = found
      isDone = true
    } catch {
      // The job itself reads the same folders and reports what is wrong; without a total it just has no ETA.
    }
  }
  return {
    async begin() {
      for (const walk of walks) {
        const step = await walk.steps.next()
        if (step.done !== true) walk.last = step.value
      }
    },
    finish: () => (counting ??= count()),
    total: () =>
      isDone
        ? walks.reduce(
            (sum, { last }) => ({ files: sum.files + last.files, photos: sum.photos + last.photos }),
            { files: 0, photos: 0 },
          )
        : null,
  }
}
