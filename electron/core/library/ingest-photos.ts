// Reads the files of chosen photos again, as a scan of their folders would.
import { stat } from 'node:fs/promises'
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import { isGone } from './file-errors.ts'
import { examine, writeDown, type Examined, type RecordedFile } from './ingest.ts'
import { inspectFile } from './scan.ts'

/** Photos per transaction; few, since the worker waits for the first ones. */
const batchSize = 16

/**
 * Gives one file for each photo, in their order: the first by path that can be read, else one with the reason. A file
 * that was changed meanwhile, for example repaired, gives the photo that it is now.
 */
export async function* ingestPhotos(
  store: Store,
  photoIds: readonly PhotoId[],
  signal: AbortSignal,
): AsyncGenerator<RecordedFile> {
  const scanId = store.files.beginScan()
  for (let at = 0; at < photoIds.length; at += batchSize) {
    const batch = photoIds.slice(at, at + batchSize)
    for (const { examined, path } of await Promise.all(batch.map((id) => examinePhoto(store, id, signal)))) {
      signal.throwIfAborted()
      // A file that is not there is not written down: it stays missing, or the next scan finds it so.
      if (examined === null)
        yield { path, photoId: null, problem: { kind: 'failed', reason: 'It is not there any more.' } }
      else yield* writeDown(store, scanId, [examined])
    }
  }
}

async function examinePhoto(
  store: Store,
  photoId: PhotoId,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly examined: Examined | null }> {
  const places = store.files.ofPhoto(photoId).map(({ path }) => path)
  let failed: Examined | null = null
  for (const path of places) {
    const gone = await stat(path).then(() => false, isGone)
    if (gone) continue
    const examined = await examine(store, await inspectFile(path), signal)
    if (examined.problem === null) return { path, examined }
    failed ??= examined
  }
  return { path: failed?.found.path ?? places[0] ?? '', examined: failed }
}
