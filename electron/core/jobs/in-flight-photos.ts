// Photos in flight, with the files of this run that hold each: where one is missing, another one is read.
import { isUnchanged } from '../../common/file-stamp.ts'
import type { InferItem, InferResult } from '../../contract/inference.ts'

interface InFlight {
  /** The file that the worker reads. */
  readonly item: InferItem
  /** Paths of the files of this run that hold the photo. */
  readonly paths: string[]
  /** Files to read instead when this one is missing. */
  readonly others: InferItem[]
}

export interface ResolvedPhoto {
  readonly result: InferResult
  /** Paths of the files of this run that the result is for. */
  readonly paths: readonly string[]
  /** The file was missing or replaced: nothing is known of the photo itself. */
  readonly isMissing: boolean
}

export interface InFlightPhotos {
  has(id: number): boolean
  /** Attaches the file to its photo if that is in flight; returns whether it is. */
  attach(item: InferItem): boolean
  /**
   * Notes that the photo goes to the worker, also on behalf of files that were missing earlier in this run.
   */
  add(item: InferItem, missingPaths: readonly string[]): void
  /** Returns the failed photos of these results whose file is missing or was replaced. */
  findMissing(results: readonly InferResult[]): Promise<ReadonlySet<number>>
  /** Returns the final ones of these results; missing photos with another file, or moved ones, are retried. */
  resolve(results: readonly InferResult[], missing: ReadonlySet<number>): ResolvedPhoto[]
  /** Returns the photos to send to the worker once more, and forgets them. */
  takeRetries(): InferItem[]
  readonly isEmpty: boolean
}

/** @param whereNow returns the file of a path from which the app itself has moved it. */
export function createInFlightPhotos(whereNow: (item: InferItem) => InferItem | null): InFlightPhotos {
  const photos = new Map<number, InFlight>()
  const retries: InferItem[] = []
  return {
    has: (id) => photos.has(id),
    attach(item) {
      const photo = photos.get(item.id)
      if (photo === undefined) return false
      photo.paths.push(item.path)
      photo.others.push(item)
      return true
    },
    add(item, missingPaths) {
      photos.set(item.id, { item, paths: [item.path, ...missingPaths], others: [] })
    },
    async findMissing(results) {
      const missing = new Set<number>()
      for (const { ok, id } of results) {
        const item = ok ? undefined : photos.get(id)?.item
        if (item !== undefined && !(await isUnchanged(item.path, item))) missing.add(id)
      }
      return missing
    },
    resolve(results, missing) {
      const resolved: ResolvedPhoto[] = []
      for (const result of results) {
        const { id } = result
        const photo = photos.get(id)
        const isMissing = missing.has(id)
        const other = isMissing && photo !== undefined ? (photo.others.shift() ?? whereNow(photo.item)) : null
        if (photo !== undefined && other !== null) {
          photos.set(id, { ...photo, item: other })
          retries.push(other)
        } else {
          photos.delete(id)
          resolved.push({ result, paths: photo?.paths ?? [], isMissing })
        }
      }
      return resolved
    },
    takeRetries: () => retries.splice(0),
    get isEmpty() {
      return photos.size === 0
    },
  }
}
