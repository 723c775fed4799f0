// Matches names in the lists of other programs to photos.
import path from 'node:path'
import type { PhotoId } from '../../contract/domain.ts'
import type { MismatchKind } from '../../contract/imports.ts'
import { msg, type Message } from '../../texts/message.ts'
import { createTimeSlice } from '../tasks/time-slice.ts'
import { fromSafeCell } from '../files/csv-text.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../../common/library-path.ts'
import { folderRange } from '../files/paths.ts'

/** Files read from the store at once. */
const pageFiles = 500

export type Match =
  | { readonly photoId: PhotoId; readonly by: 'path' | 'name' | 'hash' }
  | { readonly photoId: null; readonly kind: MismatchKind; readonly reason: Message }

/**
 * By path relative to the folder, then by a name that only one photo has, then by the SHA-256 of the content. Files are
 * renamed, and cameras reuse names: neither path nor name counts where the hash is that of another photo.
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
  /** Photos by a path or name without case and accents of one form; see `fold`. */
  const folded = new Map<string, Set<PhotoId>>()
  const noteFolded = (name: string, photoId: PhotoId) => {
    const key = fold(name)
    const known = folded.get(key)
    if (known === undefined) folded.set(key, new Set([photoId]))
    else known.add(photoId)
  }
  const timeSlice = createTimeSlice(signal)
  const { from: first, to } = folderRange(root)
  let from = first
  for (let page = pageFiles; page === pageFiles;) {
    const files = store.files.photoFiles({ from, to }, pageFiles)
    for (const { path: filePath, photoId } of files) {
      byPath.set(filePath, photoId)
      note(path.posix.basename(filePath), photoId)
      // Kaggle and others leave the extension out.
      note(path.posix.parse(filePath).name, photoId)
      noteFolded(filePath, photoId)
      noteFolded(path.posix.basename(filePath), photoId)
      noteFolded(path.posix.parse(filePath).name, photoId)
    }
    page = files.length
    // The first string after the last path.
    from = `${files.at(-1)?.path ?? ''}\0`
    if (timeSlice.isExpired()) await timeSlice.yieldToEventLoop()
  }
  return (file, hash) => {
    const names = spellings(file)
    const hashed = /^[0-9a-f]{64}$/i.test(hash) ? store.photos.findByHash(Buffer.from(hash, 'hex')) : null
    const isMeant = (photoId: PhotoId | undefined): photoId is PhotoId =>
      photoId !== undefined && (hashed === null || hashed === photoId)
    for (const name of names) {
      const photoId = byPath.get(path.posix.isAbsolute(name) ? name : path.posix.join(root, name))
      if (isMeant(photoId)) return { photoId, by: 'path' }
    }
    const named = names
      .map((name) => byName.get(path.posix.basename(name)))
      .find((found) => found !== undefined)
    const [first, second] = named ?? []
    if (second === undefined && isMeant(first)) return { photoId: first, by: 'name' }
    const only = onlyPhoto(folded, root, named === undefined ? names : [])
    if (only !== null && isMeant(only.photoId)) return only
    const [uploaded, another] = named === undefined ? uploadedAs(byName, names) : []
    if (another === undefined && isMeant(uploaded)) return { photoId: uploaded, by: 'name' }
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
          reason: msg('{{photos}} photos have this name, and none this path', { photos: named.size }),
        }
  }
}

/** Other systems write accents in another form and ignore case: what such names have in common. */
const fold = (name: string): string => name.normalize('NFC').toLowerCase()

/** The one photo whose path, or else whose name, differs from a name in case or accents alone; null for none or several. */
function onlyPhoto(
  folded: ReadonlyMap<string, ReadonlySet<PhotoId>>,
  root: string,
  names: readonly string[],
): Extract<Match, { photoId: PhotoId }> | null {
  const find = (of: (name: string) => string): PhotoId | null => {
    const [found] = names.flatMap((name) => folded.get(fold(of(name))) ?? [])
    const [photoId, second] = found ?? []
    return photoId === undefined || second !== undefined ? null : photoId
  }
  const byPath = find((name) => (path.posix.isAbsolute(name) ? name : path.posix.join(root, name)))
  if (byPath !== null) return { photoId: byPath, by: 'path' }
  const byName = find((name) => path.posix.basename(name))
  return byName === null ? null : { photoId: byName, by: 'name' }
}

/** What Label Studio puts before the names of uploads. */
const uploadPrefix = /^[0-9a-f]{8}-/

/** The photos with a name that stands behind the prefix of an upload. */
function uploadedAs(
  byName: ReadonlyMap<string, ReadonlySet<PhotoId>>,
  names: readonly string[],
): ReadonlySet<PhotoId> {
  const bare = names.map((name) => path.posix.basename(name)).filter((name) => uploadPrefix.test(name))
  return new Set(bare.flatMap((name) => [...(byName.get(name.replace(uploadPrefix, '')) ?? [])]))
}

function explainUnknown(file: string, hash: string, root: string): Message {
  if (file.trim() !== '') return msg('no photo under {{root}} has this path or name', { root })
  return hash === '' ? msg('it names no photo') : msg('no photo of the library has this hash')
}

/**
 * Returns what a cell may mean, the likeliest first: a name as it stands, which may have spaces around it and `\` in
 * it; without spaces, and without the `'` of a spreadsheet-safe export; last, a path as Windows writes it, or in a URL.
 */
function spellings(cell: string): readonly string[] {
  const plain = fromSafeCell(cell.trim())
  const urls = pathsInUrl(plain)
  return [...new Set([cell, fromSafeCell(cell), cell.trim(), plain, plain.replaceAll('\\', '/'), ...urls])]
}

/** The paths that a URL may mean: Label Studio has its own in `?d=`, and a prefix before the names of uploads. */
function pathsInUrl(cell: string): readonly string[] {
  if (!/^(https?|file|s3|gs):\/\/|^\/data\//i.test(cell) || !URL.canParse(cell, 'file:///')) return []
  const url = new URL(cell, 'file:///')
  const file = url.searchParams.get('d') ?? decode(url.pathname)
  const name = path.posix.basename(file)
  return [file, name, name.replace(uploadPrefix, '')]
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
