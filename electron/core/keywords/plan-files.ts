// Which files get the keywords of a photo's file, and which names and stars they are to have, page by page.
import type { KeywordScope, KeywordWriteRequest } from '../../contract/keywords.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { readableClass } from '../../common/label-key.ts'
import { libraryPath } from '../../common/library-path.ts'
import { imagenetName } from '../../../models/catalogue/imagenet-names.ts'
import { ratingToWrite, type OwnRating } from '../domain/rating.ts'
import { isInside, outermostFolders } from '../files/folders.ts'
import { readFilesMetadata, readMetadataOf } from '../library/read-metadata.ts'
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
  /** Names that Labelroom wrote into files of the photo. */
  readonly written: ReadonlySet<string>
  /** Where the keywords follow the labels, `removable` holds those that the user took away, and this those of which that was undone. */
  readonly following: { readonly undone: ReadonlySet<string> } | null
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

/** Reading the folders of more photos as a whole is quicker. */
const fewPhotos = 1000

/** Reads what is not known yet of the files that are meant, and of their sidecars. */
export async function readMeant(
  store: Store,
  { folders, photoIds }: KeywordScope,
  signal?: AbortSignal,
): Promise<void> {
  if (photoIds === null || photoIds.length > fewPhotos)
    return readFilesMetadata(store, rootsOf(store, { folders }), signal)
  const files = store.listing.ofPhotos(photoIds, { variantId: null })
  await readMetadataOf(
    store,
    files.map(({ path }) => path),
    signal,
  )
}

/**
 * Yields the photos' files that are meant, a page at a time; of each, how its target would change.
 * @param isFollowing see [Note: following]
 */
export async function* planFiles(
  store: Store,
  request: KeywordWriteRequest,
  signal: AbortSignal,
  isFollowing = false,
): AsyncGenerator<PlannedFile[]> {
  const classes = new Set(store.models.classNames())
  const pages =
    request.photoIds === null ? pagesOf(store, request) : pagesOfPhotos(store, request, request.photoIds)
  for (const page of pages) {
    signal.throwIfAborted()
    const meant = page.filter(
      ({ photoId, isMissing, status }) =>
        photoId !== null && !isMissing && status !== 'failed' && status !== 'skipped',
    )
    yield planPage(store, meant, { request, classes, isFollowing })
    await new Promise(setImmediate)
  }
}

const shownLabels = ({ autoAbove }: KeywordWriteRequest) =>
  ({ variantId: autoAbove === null ? null : 'latest', withRejected: false }) as const

function* pagesOf(store: Store, request: KeywordWriteRequest): Generator<PhotoFile[]> {
  for (const root of rootsOf(store, request))
    for (let after: string | null = null, isEnd = false; !isEnd;) {
      const page: PhotoFile[] = store.listing.page({ root, after, limit: pageSize, ...shownLabels(request) })
      isEnd = page.length < pageSize
      after = page.at(-1)?.path ?? null
      yield page
    }
}

/** By their numbers, so that a few photos of a large library take no longer than in a small one. */
function* pagesOfPhotos(
  store: Store,
  request: KeywordWriteRequest,
  photoIds: readonly PhotoId[],
): Generator<PhotoFile[]> {
  const ids = [...new Set(photoIds)]
  const roots = rootsOf(store, request)
  for (let start = 0; start < ids.length; start += pageSize)
    yield store.listing
      .ofPhotos(ids.slice(start, start + pageSize), shownLabels(request))
      .filter(({ path }) => request.folders.length === 0 || roots.some((root) => isInside(path, root)))
}

interface PlanOptions {
  readonly request: KeywordWriteRequest
  /** Of all models. */
  readonly classes: ReadonlySet<string>
  readonly isFollowing: boolean
}

const none: ReadonlySet<string> = new Set()

function planPage(
  store: Store,
  files: readonly PhotoFile[],
  { request, classes, isFollowing }: PlanOptions,
): PlannedFile[] {
  const photoIds = files.flatMap(({ photoId }) => photoId ?? [])
  const removable = store.keywords.removable(photoIds)
  const written = store.keywords.written(photoIds)
  const takenAway = isFollowing ? store.keywordQueue.takenAway(photoIds) : null
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
    const { photoId } = file
    if (photoId === null) return []
    const held = new Set(present.get(target.target))
    const labels = takenAway?.get(photoId) ?? { taken: none, undone: none }
    const keywords = {
      wanted: wantedNames(file, { ...request, kept: isFollowing ? held : none }, (name) =>
        classes.has(name) && !held.has(name) ? (imagenetName(name) ?? readableClass(name)) : name,
      ),
      removable: isFollowing ? labels.taken : (removable.get(photoId) ?? none),
    }
    const change = namesToChange(held, keywords)
    const ownRating = ratings.get(photoId) ?? nothingSaid
    const before = rated.get(target.target) ?? null
    const after = ratingToWrite(ownRating, before)
    return [
      {
        ...{ photoId, photoPath: file.path, ...target, ...keywords, ...change, ownRating },
        written: written.get(photoId) ?? none,
        following: isFollowing ? { undone: labels.undone } : null,
        rating: after === null ? null : { before, after },
      },
    ]
  })
}

/**
 * The confirmed labels, but those of an image that was changed since; and good suggestions in a tree of their own.
 * @param kept names that stay in the file until the user has looked at the changed image.
 * @param spell how other programs are to show a label: a model's class (hair_spray, n04254120) as the windows show it in English,
 * unless the file holds the name as it is.
 */
function wantedNames(
  { labels }: PhotoFile,
  { autoAbove, kept }: Pick<KeywordWriteRequest, 'autoAbove'> & { readonly kept: ReadonlySet<string> },
  spell: (name: string) => string,
): Set<string> {
  const names = new Set<string>()
  for (const { name, state, score, isChanged } of labels) {
    if (state === 'confirmed') {
      const shown = spell(name)
      if (!isChanged || kept.has(shown)) names.add(shown)
    } else if (autoAbove !== null && (score ?? 0) >= autoAbove) names.add(autoName(spell(name)))
  }
  return names
}
