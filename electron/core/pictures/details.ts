// Everything that is known about one file.
import type { FileId, PhotoDetails } from '../../contract/browse.ts'
import { AppError } from '../../contract/errors.ts'
import type { Store } from '../store/db.ts'
import type { Pictures } from './pictures.ts'

/** Fails with `not-found` for a file that was taken out of the library. */
export async function readDetails(store: Store, pictures: Pictures, fileId: FileId): Promise<PhotoDetails> {
  const file = store.files.get(fileId)
  const [card] = store.cards.get([fileId])
  if (file === null || card === undefined)
    throw new AppError('not-found', `File ${fileId} is not in the library any more.`)
  const { photoId, sizeBytes, path } = file
  const isReadable = photoId !== null && file.problem === null && file.missingSinceMs === null
  const copies = photoId === null ? [] : store.files.ofPhoto(photoId)
  const exif = isReadable ? await pictures.exif(file) : null
  return {
    card,
    sizeBytes,
    exif,
    ...((photoId === null ? null : store.photos.size(photoId)) ?? { widthPx: null, heightPx: null }),
    copies: copies.flatMap((copy) => (copy.path === path || copy.missingSinceMs !== null ? [] : [copy.path])),
    labels: photoId === null ? [] : store.provenance.of(photoId),
  }
}
