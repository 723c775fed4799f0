// The store: everything the library knows, one SQLite file per library, grouped by noun.
import type { AppError } from '../../contract/errors.ts'
import { copyAndWait } from './backups/thread.ts'
import { createAnnotations, type Annotations } from './tables/annotations.ts'
import { createCards, type Cards } from './tables/cards.ts'
import { createPhotoShapes, type PhotoShapes } from './tables/photo-shapes.ts'
import { createChanges, type Changes } from './changes.ts'
import { createClearedSuggestions, type ClearedSuggestions } from './tables/cleared-suggestions.ts'
import { createCompanions, type Companions } from './tables/companions.ts'
import { createColumns, type Columns } from './columns.ts'
import { createEmbeddings, type Embeddings } from './tables/embeddings.ts'
import { createFiles, type Files } from './tables/files.ts'
import { createFolders, type Folders } from './tables/folders.ts'
import { createHeads, type Heads } from './tables/heads.ts'
import { createHistory, type History } from './history/history.ts'
import { createJobs, type Jobs } from './tables/jobs.ts'
import { createKeptLabels, type KeptLabels } from './tables/kept-labels.ts'
import { createKeywordQueue, type KeywordQueue } from './tables/keyword-queue.ts'
import { createKeywords, type Keywords } from './tables/keywords.ts'
import { createMaps, type Maps } from './tables/maps.ts'
import { createMerge, type Merge } from './merge/merge.ts'
import { createMetadata, type Metadata } from './tables/file-metadata.ts'
import { createLibrarySettings, type LibrarySettings } from './tables/library-settings.ts'
import { createListing, type Listing } from './tables/listing.ts'
import { createMoves, type Moves } from './tables/moves.ts'
import { migrations } from './migrations/index.ts'
import { createRatings, type Ratings } from './tables/ratings.ts'
import { createModels, type Models } from './tables/models.ts'
import { corruptLibrary } from './sqlite/errors.ts'
import { openLibrary } from './sqlite/open.ts'
import { copyReadonly, type ReadonlyCopy } from './sqlite/readonly-copy.ts'
import { connectLibrary } from './sqlite/schema-parts.ts'
import { createPhotos, type Photos } from './tables/photos.ts'
import { createPredictions, type Predictions } from './tables/predictions.ts'
import { createProvenance, type Provenance } from './tables/provenance.ts'
import { createLabelSpellings, type LabelSpellings } from './tables/labels.ts'
import { createRules, type RulesStore } from './tables/rules.ts'
import { createSearch, type Search } from './tables/search.ts'
import type { Db, DbOptions } from './sqlite/connection.ts'
import type { Waiting, WhenFree } from './sqlite/when-free.ts'
import { createSuggestions, type Suggestions } from './tables/suggestions.ts'

/** Rows of the text index for each transaction. */
const indexedAtOnce = 10_000

export interface Store {
  /** Absolute path of the library file. */
  readonly file: string
  /** What is really open: the file, or the copy by which a library that cannot be written is read. */
  readonly openFile: string
  readonly isReadonly: boolean
  /** See `Db`: a large library after an unclean end. */
  readonly isUnchecked: boolean
  /** What the check of the whole file found; with damage, nothing is written any more. Returns the failure that users see then. */
  noteCheck(damage: string | null): AppError | null
  readonly folders: Folders
  readonly files: Files
  readonly photos: Photos
  readonly models: Models
  readonly predictions: Predictions
  readonly embeddings: Embeddings
  readonly heads: Heads
  readonly annotations: Annotations
  readonly history: History
  readonly keptLabels: KeptLabels
  readonly labelSpellings: LabelSpellings
  readonly ratings: Ratings
  readonly keywords: Keywords
  readonly keywordQueue: KeywordQueue
  readonly maps: Maps
  /** Merges other libraries into this one. */
  readonly merge: Merge
  readonly metadata: Metadata
  /** Files that are moved on disk. */
  readonly moves: Moves
  readonly jobs: Jobs
  readonly rules: RulesStore
  readonly suggestions: Suggestions
  readonly clearedSuggestions: ClearedSuggestions
  readonly provenance: Provenance
  readonly cards: Cards
  readonly shapes: PhotoShapes
  readonly columns: Columns
  readonly companions: Companions
  readonly search: Search
  readonly changes: Changes
  readonly listing: Listing
  readonly settings: LibrarySettings
  /** All or nothing over several calls; annotations cannot be part of it, since each is on disk at once. */
  transaction<T>(work: () => T): T
  /** For everything that the core writes: see `WhenFree`. */
  readonly whenFree: WhenFree
  readonly waiting: Omit<Waiting, 'whenFree'>
  close(): void
}

/**
 * Opens a library, or creates a new one; one that cannot be written is opened to be read. Fails with `library-corrupt`, `library-newer`, `library-unwritable`,
 * `library-locked` or `disk-full`, each with a sentence that names the file.
 */
export function openStore(options: DbOptions): Store {
  const { nativeBinding, backups } = options
  const copy = options.isOpenHere === true ? null : copyReadonly(options.file)
  const toOpen =
    copy === null ? options : { ...options, file: copy.file, copyOf: options.file, closedListFile: undefined }
  const open = () =>
    openLibrary(toOpen, migrations, (libraryFile, version) => {
      // Beside the library, since the folder that the user chose may be on a drive that is not connected now.
      const request = {
        libraryFile,
        nativeBinding,
        version,
        folder: null,
        kept: backups?.kept ?? Infinity,
        isOpenHere: true,
      }
      copyAndWait({ ...request, reason: 'migration' })
    })
  const db = copy === null ? open() : openCopy(copy, open, toOpen)
  const rules = createRules(db)
  const labelSpellings = createLabelSpellings(db)
  const history = createHistory(db, rules)
  const annotations = createAnnotations(db, history, rules, labelSpellings)
  const suggestions = createSuggestions(db, rules, annotations, labelSpellings)
  const companions = createCompanions(db)
  return {
    file: options.file,
    openFile: db.file,
    isReadonly: copy !== null,
    get isUnchecked() {
      return db.isUnchecked
    },
    noteCheck: (damage) => {
      const failure = damage === null ? null : corruptLibrary(options, damage)
      db.noteCheck(failure ?? 'sound')
      return failure
    },
    folders: createFolders(db),
    files: createFiles(db, labelSpellings),
    photos: createPhotos(db),
    models: createModels(db),
    predictions: createPredictions(db, labelSpellings),
    embeddings: createEmbeddings(db),
    heads: createHeads(db, history),
    annotations,
    history,
    labelSpellings,
    keptLabels: createKeptLabels(db, labelSpellings, history),
    ratings: createRatings(db, history),
    keywords: createKeywords(db),
    keywordQueue: createKeywordQueue(db),
    maps: createMaps(db),
    merge: createMerge(db, history, nativeBinding),
    metadata: createMetadata(db),
    moves: createMoves(db),
    jobs: createJobs(db),
    rules,
    suggestions,
    clearedSuggestions: createClearedSuggestions(db, history),
    provenance: createProvenance(db, labelSpellings),
    cards: createCards(db, annotations, suggestions, companions),
    shapes: createPhotoShapes(db),
    columns: createColumns(db),
    companions,
    search: createSearch(db),
    changes: createChanges(db, options.isNotingChanges ?? true),
    settings: createLibrarySettings(db),
    listing: createListing(db, annotations, suggestions),
    transaction: (work) => db.transaction(work),
    whenFree: db.waiting.whenFree,
    waiting: db.waiting,
    close: () => {
      db.close()
      copy?.remove()
    },
  }
}

/** Brings the copy up to date, and opens it to be read, since what would be saved to it would be lost. */
function openCopy(copy: ReadonlyCopy, open: () => Db, options: DbOptions): Db {
  try {
    const db = open()
    const search = createSearch(db)
    while (search.catchUp(indexedAtOnce));
    db.close()
    return connectLibrary({ ...options, isReadonly: true }, migrations)
  } catch (error) {
    copy.remove()
    throw error
  }
}
