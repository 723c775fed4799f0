// Photos that the worker has, with the files of this run that hold them: where one went away, another one is read.
import { stat } from 'node:fs/promises'
import type { InferItem, InferResult } from '../../contract/inference.ts'

interface Waiting {
  /** That the worker reads. */
  readonly item: InferItem
  /** Files of this run that hold the photo. */
  files: number
  /** Files that are read when this one has gone. */
  readonly others: InferItem[]
}

export interface Settled {
  readonly result: InferResult
  /** Files of this run that the result is for. */
  readonly files: number
  /** The file was gone or another one: of the photo itself nothing is known. */
  readonly isLost: boolean
}

export interface WaitingPhotos {
  /** Whether the worker has this photo already; then the file waits with it. */
  join(item: InferItem): boolean
  /** The photo goes to the worker, also for so many files of this run that went away. */
  add(item: InferItem, lostFiles: number): void
  /** Failed photos of these results whose file was gone or another one. */
  findLost(results: readonly InferResult[]): Promise<ReadonlySet<number>>
  /** What is final of these results; lost photos that lie elsewhere too are among `takeAgain`. */
  settle(results: readonly InferResult[], lost: ReadonlySet<number>): Settled[]
  /** Photos that the worker shall have once more. */
  takeAgain(): InferItem[]
  readonly isEmpty: boolean
}

export function createWaitingPhotos(): WaitingPhotos {
  const photos = new Map<number, Waiting>()
  const again: InferItem[] = []
  return {
    join(item) {
      const waiting = photos.get(item.id)
      if (waiting === undefined) return false
      waiting.files++
      waiting.others.push(item)
      return true
    },
    add(item, lostFiles) {
      photos.set(item.id, { item, files: 1 + lostFiles, others: [] })
    },
    async findLost(results) {
      const lost = new Set<number>()
      for (const { ok, id } of results) {
        const item = ok ? undefined : photos.get(id)?.item
        if (item !== undefined && !(await isThere(item))) lost.add(id)
      }
      return lost
    },
    settle(results, lost) {
      const settled: Settled[] = []
      for (const result of results) {
        const { id } = result
        const waiting = photos.get(id)
        const isLost = lost.has(id)
        const other = isLost ? waiting?.others.shift() : undefined
        if (waiting !== undefined && other !== undefined) {
          photos.set(id, { ...waiting, item: other })
          again.push(other)
        } else {
          photos.delete(id)
          settled.push({ result, files: waiting?.files ?? 1, isLost })
        }
      }
      return settled
    },
    takeAgain: () => again.splice(0),
    get isEmpty() {
      return photos.size === 0
    },
  }
}

/** Whether the file is still the one that was identified. */
async function isThere({ path, sizeBytes, modifiedAtMs }: InferItem): Promise<boolean> {
  const now = await stat(path).catch(() => null)
  return now?.size === sizeBytes && now.mtimeMs === modifiedAtMs
}
