// Confirms many labels that come from a file, in chunks; see [Note: batched steps].
import type { PhotoId } from '../../../contract/domain.ts'
import { createTimeSlice } from '../../tasks/time-slice.ts'
import type { History } from '../history/history.ts'
import { joinNames, type AnnotationWriter } from './annotations-write.ts'

/** Labels of photos that are saved at once; some ten milliseconds. */
const chunkSize = 1000

interface ImportOptions {
  readonly signal?: AbortSignal
  /** Called with the number of labels of photos that are saved. */
  readonly onProgress?: (done: number, total: number) => void
}

export function createImport(history: History, { annotate }: AnnotationWriter) {
  return {
    /** Confirms all of these labels or, where it fails or is cancelled, none. Returns how many photos changed. */
    confirmAll: (
      photosByLabel: ReadonlyMap<string, ReadonlySet<PhotoId>>,
      { signal, onProgress }: ImportOptions = {},
    ): Promise<{ photos: number }> => {
      const atMs = Date.now()
      const total = [...photosByLabel.values()].reduce((sum, { size }) => sum + size, 0)
      function* chunks() {
        let done = 0
        for (const chunk of inChunks(photosByLabel)) {
          yield () => {
            annotate(chunk, 'confirmed', { atMs })
          }
          for (const photoIds of chunk.values()) done += photoIds.length
          onProgress?.(done, total)
        }
      }
      const name = joinNames(photosByLabel.keys())
      return history.withWriteLock(() => {
        // It may have waited long for another step.
        signal?.throwIfAborted()
        return history.batchedStep('import', name, chunks(), createTimeSlice(signal))
      })
    },
  }
}

/** Yields the same in chunks of some milliseconds each. */
function* inChunks(
  photosByLabel: ReadonlyMap<string, ReadonlySet<PhotoId>>,
): Generator<Map<string, PhotoId[]>> {
  let chunk = new Map<string, PhotoId[]>()
  let size = 0
  for (const [name, photoIds] of photosByLabel) {
    let ids: PhotoId[] = []
    for (const photoId of photoIds) {
      ids.push(photoId)
      chunk.set(name, ids)
      if (++size < chunkSize) continue
      yield chunk
      chunk = new Map()
      ids = []
      size = 0
    }
  }
  if (size > 0) yield chunk
}
