// From a path that a person names to the photo that lies there.
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'

/** Fails with `not-found` where the library does not know the file, or it is no photo. */
export function findPhoto(store: Store, path: string): { photoId: PhotoId; path: string } {
  const file = store.files.find(libraryPath(path))
  if (file === null)
    throw new AppError(
      'not-found',
      `${path} is not in the library. Label its folder first: labelroom label FOLDER.`,
    )
  if (file.photoId === null)
    throw new AppError('not-found', `${path} is no photo: ${file.problem?.reason ?? 'it was not read'}`)
  return { photoId: file.photoId, path: file.path }
}
