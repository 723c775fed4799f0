// Reads the SHA-256 of files for lists that name photos by it: it is not known otherwise, as photos are their images.
import { libraryPath } from '../../common/library-path.ts'
import { folderRange } from '../files/paths.ts'
import { knownHash } from '../identity/known-hash.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import type { Store } from '../store/db.ts'
import type { ImportOptions } from './apply.ts'

/** Reads every photo under the folder whose hash is not known. What cannot be read, or was changed, is left out. */
export async function readHashes(
  store: Store,
  folder: string,
  { signal, onProgress }: ImportOptions,
): Promise<void> {
  const paths = store.files.unhashed(folderRange(libraryPath(folder)))
  let done = 0
  await mapInFlight(paths, async (path) => {
    signal.throwIfAborted()
    await knownHash(store, path, signal)
    onProgress('finding', ++done, paths.length)
  })
}
