// No export takes the place of a photo: a slip of the hand must not cost an original.
import { realpath } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'

/** Throws AppError `output-unwritable` where a photo of the library lies at `file`, or where it leads as a link. */
export async function refusePhoto(store: Store, file: string): Promise<void> {
  for (const place of [file, await realpath(file).catch(() => file)]) {
    const known = store.files.find(libraryPath(place))
    if (known !== null && known.photoId !== null && known.missingSinceMs === null)
      throw new AppError('output-unwritable', `${file} is a photo of the library. Choose another name.`)
  }
}
