// Rereads the files of chosen photos, as a scan of their folders would.
import { stat } from 'node:fs/promises'
import type { PhotoId } from '../../contract/domain.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import { isGone } from '../files/file-errors.ts'
import { examine, recordBatch, type Examined, type RecordedFile } from './ingest.ts'
import { inspectFile } from './scan.ts'

/** Photos per transaction; few, since the worker waits for the first ones. */
const batchSize = 16

/**
 * Yields one file for each photo, in their order: the first by path that can be read, else one with the reason. A file
 * that was changed meanwhile, for example repaired, yields the photo that it holds now.
 */
export async function* ingestPhotos(
  store: Store,
  photoIds: readonly PhotoId[],
  signal: AbortSignal,
): AsyncGenerator<RecordedFile> {
  const scanId = await store.whenFree(() => store.files.beginScan(), signal)
  for (let at = 0; at < photoIds.length; at += batchSize) {
    const batch = photoIds.slice(at, at + batchSize)
    for (const { examined, path } of await Promise.all(batch.map((id) => examinePhoto(store, id, signal)))) {
      signal.throwIfAborted()
      // A missing file is not recorded: the next scan marks it as missing.
      if (examined === null)
        yield { path, photoId: null, problem: { kind: 'failed', reason: msg('It is not there any more.') } }
      else yield* await recordBatch(store, scanId, [examined], signal)
    }
  }
}

async function examinePhoto(
  store: Store,
  photoId: PhotoId,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly examined: Examined | null }> {
  const paths = store.files.ofPhoto(photoId).map(({ path }) => path)
  let failed: Examined | null = null
  for (const path of paths) {
    const isMissing = await stat(path).then(() => false, isGone)
    if (isMissing) continue
    const examined = await examine(store, await inspectFile(path), signal)
    if (examined.problem === null) return { path, examined }
    failed ??= examined
  }
  return { path: failed?.found.path ?? paths[0] ?? '', examined: failed }
}
