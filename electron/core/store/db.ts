// The store: everything the library knows, one SQLite file per library, grouped by noun.
import { createAnnotations, type Annotations } from './annotations.ts'
import { createCards, type Cards } from './cards.ts'
import { createChanges, type Changes } from './changes.ts'
import { createColumns, type Columns } from './columns.ts'
import { createEmbeddings, type Embeddings } from './embeddings.ts'
import { createFiles, type Files } from './files.ts'
import { createFolders, type Folders } from './folders.ts'
import { createHeads, type Heads } from './heads.ts'
import { createHistory, type History } from './history.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createMaps, type Maps } from './maps.ts'
import { createListing, type Listing } from './listing.ts'
import { migrations } from './migrations/index.ts'
import { createModels, type Models } from './models.ts'
import { openLibrary } from './open.ts'
import { createPhotos, type Photos } from './photos.ts'
import { createPredictions, type Predictions } from './predictions.ts'
import { createProvenance, type Provenance } from './provenance.ts'
import { createRules, type RulesStore } from './rules.ts'
import { createSearch, type Search } from './search.ts'
import type { DbOptions } from './sqlite.ts'
import { createSuggestions, type Suggestions } from './suggestions.ts'

export interface Store {
  /** Absolute path of the library file. */
  readonly file: string
  readonly folders: Folders
  readonly files: Files
  readonly photos: Photos
  readonly models: Models
  readonly predictions: Predictions
  readonly embeddings: Embeddings
  readonly heads: Heads
  readonly annotations: Annotations
  readonly history: History
  readonly maps: Maps
  readonly jobs: Jobs
  readonly rules: RulesStore
  readonly suggestions: Suggestions
  readonly provenance: Provenance
  readonly cards: Cards
  readonly columns: Columns
  readonly search: Search
  readonly changes: Changes
  readonly listing: Listing
  /** All or nothing over several calls; human labels cannot be part of it, since each is on the disk at once. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens a library, or makes a new one. Fails with `library-corrupt`, `library-newer`, `library-unwritable`,
 * `library-locked` or `disk-full`, each with a sentence that names the file.
 */
export function openStore(options: DbOptions): Store {
  const db = openLibrary(options, migrations)
  const rules = createRules(db)
  const suggestions = createSuggestions(db, rules)
  const history = createHistory(db, rules)
  return {
    file: db.file,
    folders: createFolders(db),
    files: createFiles(db),
    photos: createPhotos(db),
    models: createModels(db),
    predictions: createPredictions(db),
    embeddings: createEmbeddings(db),
    heads: createHeads(db),
    annotations: createAnnotations(db, history, rules),
    history,
    maps: createMaps(db),
    jobs: createJobs(db),
    rules,
    suggestions,
    provenance: createProvenance(db),
    cards: createCards(db, suggestions),
    columns: createColumns(db),
    search: createSearch(db),
    changes: createChanges(db),
    listing: createListing(db, suggestions),
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  }
}
