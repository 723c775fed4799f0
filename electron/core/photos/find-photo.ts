// Finds the photo at a path that the user names.
import { isUnchanged } from '../../common/file-stamp.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import type { KnownFile } from '../store/tables/files-read.ts'
import { libraryPath } from '../../common/library-path.ts'

/** Fails with `not-found` where the library does not know the file, or it is not a photo. */
export function findPhoto(store: Store, path: string): { photoId: PhotoId; path: string } {
  const file = store.files.find(libraryPath(path))
  if (file === null)
    throw new AppError(
      'not-found',
      msg('{{path}} is not in the library. Label its folder first: labelroom label FOLDER.', { path }),
    )
  if (file.photoId === null)
    throw new AppError(
      'not-found',
      msg('{{path}} is no photo: {{why}}', { path, why: file.problem?.reason ?? msg('it was not read') }),
    )
  return { photoId: file.photoId, path: file.path }
}

/** Returns a file whose content was identified as this photo; the worker opens it only if it still is that file. */
export async function findPresentFile(store: Store, photoId: PhotoId): Promise<KnownFile | null> {
  const files = store.files.ofPhoto(photoId).filter(({ missingSinceMs }) => missingSinceMs === null)
  for (const file of files) if (await isUnchanged(file.path, file)) return file
  return files[0] ?? null
}
