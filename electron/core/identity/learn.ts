// Learns the keys of a photo from before there were any, when a file of it is read anyway.
import type { FileStamp } from '../../common/file-stamp.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import { readKeys } from './read-keys.ts'

/** Reads the file where the photo has no keys and the file is as it was; else, or where it cannot be read, does nothing. */
export async function learnKeys(
  store: Store,
  photoId: PhotoId,
  file: { readonly path: string } & FileStamp,
): Promise<void> {
  if (!store.photos.isUnlearned(photoId)) return
  const keys = await readKeys(file).catch(() => null)
  if (keys !== null) store.photos.learn(photoId, keys)
}
