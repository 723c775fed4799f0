// The photos of the library that have a file.
import type { Tables } from './select.ts'

/** Yields each photo that has a file once, in the order of the files' names. */
export function* listedPhotos({ files, photos }: Pick<Tables, 'files' | 'photos'>): Generator<number> {
  const isSeen = new Uint8Array(photos.size)
  for (const fileId of files.byName()) {
    const photoId = files.photo[fileId] ?? 0
    if (photoId === 0 || isSeen[photoId] === 1) continue
    isSeen[photoId] = 1
    yield photoId
  }
}
