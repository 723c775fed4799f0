// Everything that is known about one file.
import type { FileId, PhotoId } from '../../contract/domain.ts'
import type { PhotoDetails } from '../../contract/photos.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import type { Pictures } from './pictures.ts'

/** Fails with `not-found` for a file that was taken out of the library. */
export async function readDetails(store: Store, pictures: Pictures, fileId: FileId): Promise<PhotoDetails> {
  const file = store.files.get(fileId)
  const [card] = store.cards.get([fileId])
  if (file === null || card === undefined)
    throw new AppError('not-found', msg('File {{id}} is not in the library any more.', { id: fileId }))
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
    fromFile: photoId === null ? null : readFromFile(store, photoId),
    offeredLabels: store.files.offeredLabels(fileId),
    labels: photoId === null ? [] : store.provenance.of(photoId),
  }
}

function readFromFile(store: Store, photoId: PhotoId): PhotoDetails['fromFile'] {
  const said = store.metadata.ofPhoto(photoId)
  return said === null ? null : { keywords: [...said.keywords], rating: said.rating, title: said.title }
}
