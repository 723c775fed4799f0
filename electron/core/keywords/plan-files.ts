// Which file gets the keywords of a photo's file, and which names it is to have, page by page.
import type { KeywordScope, KeywordWriteKind, KeywordWriteRequest } from '../../contract/keywords.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { formatOfName, type PhotoFormat } from '../../contract/formats.ts'
import { libraryPath } from '../../common/library-path.ts'
import { outermostFolders } from '../files/folders.ts'
import type { Store } from '../store/db.ts'
import { autoName, namesToChange, type WantedKeywords } from './change.ts'

/** Files read from the store at a time. */
const pageSize = 200

/** Formats whose pixels can be told from the rest, so that nothing but keywords can have changed. */
const writableFormats: ReadonlySet<PhotoFormat> = new Set(['jpeg', 'png', 'webp', 'heic', 'avif', 'tiff'])

export interface PlannedFile extends WantedKeywords {
  readonly photoId: PhotoId
  /** The photo's file. */
  readonly path: string
  /** The file that is written. */
  readonly target: string
  readonly kind: KeywordWriteKind
  readonly isInsteadOfFile: boolean
  /** By what the last scan read of the target. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The outermost folders that are meant: those of the request, or of the whole library. */
export function rootsOf(store: Store, { folders }: Pick<KeywordScope, 'folders'>): string[] {
  return outermostFolders(
    folders.length === 0 ? store.folders.list().map(({ path }) => path) : folders.map(libraryPath),
  )
}

/** Yields the photos' files that are meant, a page at a time; of each, how its target would change. */
export async function* planFiles(
  store: Store,
  request: KeywordWriteRequest,
  signal: AbortSignal,
): AsyncGenerator<PlannedFile[]> {
  const photoIds = request.photoIds === null ? null : new Set(request.photoIds)
  for (const root of rootsOf(store, request))
    for (let after: string | null = null, isEnd = false; !isEnd;) {
      signal.throwIfAborted()
      const page: PhotoFile[] = store.listing.page({
        root,
        variantId: request.autoAbove === null ? null : 'latest',
        after,
        limit: pageSize,
        withRejected: false,
      })
      isEnd = page.length < pageSize
      after = page.at(-1)?.path ?? null
      const meant = page.filter(
        ({ photoId, isMissing, status }) =>
          photoId !== null &&
          !isMissing &&
          status !== 'failed' &&
          status !== 'skipped' &&
          (photoIds === null || photoIds.has(photoId)),
      )
      yield planPage(store, meant, request)
      await new Promise(setImmediate)
    }
}

function planPage(store: Store, files: readonly PhotoFile[], request: KeywordWriteRequest): PlannedFile[] {
  const removable = store.keywords.removable(files.flatMap(({ photoId }) => photoId ?? []))
  const targets = files.map(({ path }) => ({ path, ...targetOf(store, path, request) }))
  const present = store.keywords.ofPaths(targets.map(({ target }) => target))
  return files.flatMap((file, index) => {
    const target = targets[index]
    if (file.photoId === null || target === undefined) return []
    const keywords = {
      wanted: wantedNames(file, request),
      removable: removable.get(file.photoId) ?? new Set<string>(),
    }
    const change = namesToChange(present.get(target.target) ?? [], keywords)
    return [{ photoId: file.photoId, ...target, ...keywords, ...change }]
  })
}

/** The confirmed labels, but those of an image that was changed since; and good suggestions in a tree of their own. */
function wantedNames({ labels }: PhotoFile, { autoAbove }: KeywordWriteRequest): Set<string> {
  const names = new Set<string>()
  for (const { name, state, score, isChanged } of labels) {
    if (state === 'confirmed' && !isChanged) names.add(name)
    if (state !== 'confirmed' && autoAbove !== null && (score ?? 0) >= autoAbove) names.add(autoName(name))
  }
  return names
}

function targetOf(
  store: Store,
  path: string,
  { target }: KeywordWriteRequest,
): Pick<PlannedFile, 'target' | 'kind' | 'isInsteadOfFile'> {
  const format = formatOfName(path)
  if (target === 'file' && format !== null && writableFormats.has(format))
    return { target: path, kind: 'file', isInsteadOfFile: false }
  const isInsteadOfFile = target === 'file'
  const known = store.metadata.sidecarsOf(path).find(({ isUsed }) => isUsed === true)
  return known === undefined
    ? { target: `${path}.xmp`, kind: 'new-sidecar', isInsteadOfFile }
    : { target: known.path, kind: 'sidecar', isInsteadOfFile }
}
