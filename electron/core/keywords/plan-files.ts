// Which files get the keywords of a photo's file, and which names and stars they are to have, page by page.
import type { KeywordScope, KeywordWriteRequest } from '../../contract/keywords.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { readableClass } from '../../common/label-key.ts'
import { libraryPath } from '../../common/library-path.ts'
import { imagenetName } from '../../../models/catalogue/imagenet-names.ts'
import { ratingToWrite, type OwnRating } from '../domain/rating.ts'
import { outermostFolders } from '../files/folders.ts'
import type { Store } from '../store/db.ts'
import { autoName, namesToChange, type WantedKeywords } from './change.ts'
import { targetsOf, type KeywordFile } from './targets.ts'

/** Files read from the store at a time. */
const pageSize = 200

export interface PlannedFile extends WantedKeywords, KeywordFile {
  readonly photoId: PhotoId
  /** The file that is shown of the photo. */
  readonly photoPath: string
  /** By what the last scan read of the target. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** What the user said of stars and flag. */
  readonly ownRating: OwnRating
  readonly rating: { readonly before: number | null; readonly after: number } | null
}

const nothingSaid: OwnRating = { stars: null, flag: null }

/** By what the last scan found; what the file holds now decides when it is written. */
export const isDue = ({ added, removed, rating }: PlannedFile): boolean =>
  added.length > 0 || removed.length > 0 || rating !== null

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
  const classes = new Set(store.models.classNames())
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
      yield planPage(store, meant, request, classes)
      await new Promise(setImmediate)
    }
}

function planPage(
  store: Store,
  files: readonly PhotoFile[],
  request: KeywordWriteRequest,
  classes: ReadonlySet<string>,
): PlannedFile[] {
  const photoIds = files.flatMap(({ photoId }) => photoId ?? [])
  const removable = store.keywords.removable(photoIds)
  const ratings = store.ratings.own(photoIds)
  const companions = store.companions.companionsOf(files.map(({ path }) => path))
  const targets = files.flatMap((file) =>
    targetsOf(store, [file.path, ...(companions.get(file.path) ?? [])], request.target).map((target) => ({
      file,
      target,
    })),
  )
  const present = store.keywords.ofPaths(targets.map(({ target }) => target.target))
  const rated = store.ratings.ofPaths(targets.map(({ target }) => target.target))
  return targets.flatMap(({ file, target }) => {
    if (file.photoId === null) return []
    const written = new Set(present.get(target.target))
    const keywords = {
      wanted: wantedNames(file, request, (name) =>
        classes.has(name) && !written.has(name) ? (imagenetName(name) ?? readableClass(name)) : name,
      ),
      removable: removable.get(file.photoId) ?? new Set<string>(),
    }
    const change = namesToChange(written, keywords)
    const ownRating = ratings.get(file.photoId) ?? nothingSaid
    const before = rated.get(target.target) ?? null
    const after = ratingToWrite(ownRating, before)
    const rating = after === null ? null : { before, after }
    return [
      { photoId: file.photoId, photoPath: file.path, ...target, ...keywords, ...change, ownRating, rating },
    ]
  })
}

/**
 * The confirmed labels, but those of an image that was changed since; and good suggestions in a tree of their own.
 * @param spell how other programs are to show a label: a model's class (hair_spray, n04254120) as the windows show it in English,
 * unless the file holds the name as it is.
 */
function wantedNames(
  { labels }: PhotoFile,
  { autoAbove }: KeywordWriteRequest,
  spell: (name: string) => string,
): Set<string> {
  const names = new Set<string>()
  for (const { name, state, score, isChanged } of labels) {
    if (state === 'confirmed' && !isChanged) names.add(spell(name))
    if (state !== 'confirmed' && autoAbove !== null && (score ?? 0) >= autoAbove)
      names.add(autoName(spell(name)))
  }
  return names
}
