// Finds the photo that a name in somebody else's list means.
import path from 'node:path'
import type { PhotoId } from '../../contract/domain.ts'
import type { MismatchKind } from '../../contract/imports.ts'
import { createBreather } from '../breather.ts'
import { fromSafeCell } from '../export/csv-text.ts'
import type { Store } from '../store/db.ts'
import { folderRange, libraryPath } from '../store/paths.ts'

/** Files read from the store in one go. */
const pageFiles = 500

export type Match =
  | { readonly photoId: PhotoId; readonly by: 'path' | 'name' | 'hash' }
  | { readonly photoId: null; readonly kind: MismatchKind; readonly reason: string }

/**
 * By path relative to the folder, then by a name that only one photo has, then by the SHA-256 of the content. Files are
 * renamed, and cameras give the same names again and again: neither counts where the content is that of another photo.
 */
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
    const names = spellings(file)
    const hashed = /^[0-9a-f]{64}$/i.test(hash) ? store.embeddings.byHash(Buffer.from(hash, 'hex')) : null
    const isMeant = (photoId: PhotoId | undefined): photoId is PhotoId =>
      photoId !== undefined && (hashed === null || hashed === photoId)
    for (const name of names) {
      const place = byPath.get(path.posix.isAbsolute(name) ? name : path.posix.join(root, name))
      if (isMeant(place)) return { photoId: place, by: 'path' }
    }
    const named = names
      .map((name) => byName.get(path.posix.basename(name)))
      .find((found) => found !== undefined)
    const [first, second] = named ?? []
    if (second === undefined && isMeant(first)) return { photoId: first, by: 'name' }
    if (hashed !== null) return { photoId: hashed, by: 'hash' }
    return named === undefined
      ? {
          photoId: null,
          kind: 'unknown-file',
          reason: explainUnknown(file, hash, root),
        }
      : {
          photoId: null,
          kind: 'ambiguous-name',
          reason: `${named.size} photos have this name, and none this path`,
        }
  }
}

function explainUnknown(file: string, hash: string, root: string): string {
  if (file.trim() !== '') return `no photo under ${root} has this path or name`
  return hash === '' ? 'it names no photo' : 'no photo of the library has this hash'
}

/**
 * What a cell may mean, the likeliest first: a name as it stands, which may have spaces around it and `\` in it; without
 * spaces, and without the `'` of a spreadsheet-safe export; last, a path as Windows writes it.
 */
function spellings(cell: string): readonly string[] {
  const plain = fromSafeCell(cell.trim())
  return [...new Set([cell, fromSafeCell(cell), cell.trim(), plain, plain.replaceAll('\\', '/')])]
}
