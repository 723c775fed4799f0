// Finds the photo that a name in somebody else's list means.
import path from 'node:path'
import type { PhotoId } from '../../contract/domain.ts'
import type { MismatchKind } from '../../contract/imports.ts'
import { createBreather } from '../breather.ts'
import type { Store } from '../store/db.ts'
import { folderRange, libraryPath } from '../store/paths.ts'

/** Files read from the store in one go. */
const pageFiles = 500

export type Match =
  | { readonly photoId: PhotoId; readonly by: 'path' | 'name' | 'hash' }
  | { readonly photoId: null; readonly kind: MismatchKind; readonly reason: string }

/** By path relative to the folder, then by a name that only one photo has, then by the SHA-256 of the content. */
export async function createMatcher(
  store: Store,
  folder: string,
  signal?: AbortSignal,
): Promise<(file: string, hash: string) => Match> {
  const root = libraryPath(folder)
  const byPath = new Map<string, PhotoId>()
  const byName = new Map<string, Set<PhotoId>>()
  const note = (name: string, photoId: PhotoId) => {
    const known = byName.get(name)
    if (known === undefined) byName.set(name, new Set([photoId]))
    else known.add(photoId)
  }
  const breather = createBreather(signal)
  const { from: first, to } = folderRange(root)
  let from = first
  for (let page = pageFiles; page === pageFiles;) {
    const files = store.embeddings.files({ from, to }, pageFiles)
    for (const { path: place, photoId } of files) {
      byPath.set(place, photoId)
      note(path.posix.basename(place), photoId)
      // Kaggle and others leave the extension out.
      note(path.posix.parse(place).name, photoId)
    }
    page = files.length
    // The first text after the last path.
    from = `${files.at(-1)?.path ?? ''}\0`
    if (breather.isDue()) await breather.rest()
  }
  return (file, hash) => {
    const slashed = file.replaceAll('\\', '/')
    const place = byPath.get(path.posix.isAbsolute(slashed) ? slashed : path.posix.join(root, slashed))
    if (place !== undefined && file !== '') return { photoId: place, by: 'path' }
    const named = byName.get(path.posix.basename(slashed))
    const [first, second] = named ?? []
    if (first !== undefined && second === undefined) return { photoId: first, by: 'name' }
    const hashed = /^[0-9a-f]{64}$/i.test(hash) ? store.embeddings.byHash(Buffer.from(hash, 'hex')) : null
    if (hashed !== null) return { photoId: hashed, by: 'hash' }
    return named === undefined
      ? {
          photoId: null,
          kind: 'unknown-file',
          reason: `no photo under ${root} has this path or name`,
        }
      : {
          photoId: null,
          kind: 'ambiguous-name',
          reason: `${named.size} photos have this name, and none this path`,
        }
  }
}
