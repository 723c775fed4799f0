// Merges other libraries into this one, such as those of shards. Each chunk is a transaction that finds what an earlier one left:
// merging again changes nothing, and after a kill it goes on.
import { setImmediate } from 'node:timers/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'
import type { MergeConflict, MergedLibrary, MissingShards, OutcomeCounts } from '../../../contract/imports.ts'
import { msg } from '../../../texts/message.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { createAnnotationMerge, type AnnotationMerge } from './annotations.ts'
import { createConflicts } from './conflicts.ts'
import { countOutcomes, describeJobs } from './counts.ts'
import { createFileMerge } from './files.ts'
import { mergeHeads } from './heads.ts'
import { mergeNouns } from './nouns.ts'
import { createOutcomeMerge } from './outcomes.ts'
import { createPhotoMerge } from './photos.ts'
import { findMissingShards } from './shards.ts'
import { checkSource, type MergeSource } from './source.ts'
import { createMergeTables, emptyMergeTables, type Range } from './sql.ts'

/** Photos or files of a transaction; some ten milliseconds. */
const rowsAtOnce = 1000

export interface MergeOptions {
  readonly roots: readonly { readonly before: string; readonly after: string }[]
  readonly signal: AbortSignal
  /** Called with the part of the libraries that is merged, 0..1, and then with what is saved of what users said. */
  readonly onProgress: (stage: 'matching' | 'saving', done: number, total: number) => void
}

export interface Merged {
  readonly libraries: MergedLibrary[]
  readonly missingShards: MissingShards[]
  readonly photos: number
  readonly conflicts: number
}

export interface Merge {
  /** Checks the files first, and merges nothing where one is refused; see `checkSource`. */
  readonly libraries: (files: readonly string[], options: MergeOptions) => Promise<Merged>
  readonly conflicts: (limit: number) => MergeConflict[]
  /** Returns the counts of this library. */
  readonly counts: (signal: AbortSignal) => Promise<OutcomeCounts>
}

export function createMerge(db: Db, history: History, nativeBinding: string | undefined): Merge {
  const conflicts = createConflicts(db)
  return {
    conflicts,
    counts: (signal) => countOutcomes(db, 'main', signal),
    async libraries(files, options) {
      const sources: MergeSource[] = []
      for (const file of files) {
        options.onProgress('matching', 0, 1000 * files.length)
        sources.push(await checkSource(file, db.file, nativeBinding, options.signal))
      }
      checkRoots(sources, options.roots)
      return mergeSources(db, history, sources, options)
    },
  }
}

/** A root that is misspelt would leave every path as it is. */
function checkRoots(sources: readonly MergeSource[], roots: MergeOptions['roots']): void {
  const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
  for (const { before } of roots) {
    const isUsed = sources.some(({ folders }) =>
      folders.some((folder) => isWithin(folder, before) || isWithin(before, folder)),
    )
    if (!isUsed)
      throw new AppError(
        'bad-request',
        msg(
          "No folder of these libraries is '{{folder}}' or lies in it. Write it as it was where they were made.",
          {
            folder: before,
          },
        ),
      )
  }
}

async function mergeSources(
  db: Db,
  history: History,
  sources: readonly MergeSource[],
  { roots, signal, onProgress }: MergeOptions,
): Promise<Merged> {
  createMergeTables(db)
  db.exec('DELETE FROM temp.merging_root')
  const addRoot = db.command('INSERT OR REPLACE INTO merging_root (before, after) VALUES (@before, @after)')
  for (const root of roots) addRoot(root)
  const annotations = createAnnotationMerge(db, history)
  const libraries: MergedLibrary[] = []
  const [jobs, lastJobs] = [new Set<number>(), new Set<number>()]
  for (const [sourceAt, source] of sources.entries()) {
    const onPart = (part: number) => {
      onProgress('matching', Math.round(1000 * (sourceAt + part)), 1000 * sources.length)
    }
    const { library, jobIds, lastJobId } = await withAttached(db, source, () =>
      mergeAttached(db, source, annotations, { sourceAt, signal, onPart }),
    )
    libraries.push(library)
    for (const id of jobIds) jobs.add(id)
    if (lastJobId !== null) lastJobs.add(lastJobId)
  }
  const names = sources.map(({ file }) => basename(file))
  const saved = await annotations.save(sources.length, {
    name: names.length <= 3 ? names.join(', ') : null,
    signal,
    onProgress: (done, total) => {
      onProgress('saving', done, total)
    },
  })
  return { libraries, missingShards: findMissingShards(db, jobs, lastJobs), ...saved }
}

/** It is written to by nobody here, but SQLite locks it with each transaction. */
async function withAttached<T>(db: Db, source: MergeSource, work: () => Promise<T>): Promise<T> {
  const { openFile, remove } = source.open()
  try {
    db.command('ATTACH DATABASE @openFile AS src')({ openFile })
    try {
      return await work()
    } finally {
      emptyMergeTables(db)
      db.exec('DETACH DATABASE src')
    }
  } finally {
    remove()
  }
}

interface MergedSource {
  readonly library: MergedLibrary
  /** By the numbers of this library. */
  readonly jobIds: readonly number[]
  readonly lastJobId: number | null
}

interface PartOptions {
  readonly sourceAt: number
  readonly signal: AbortSignal
  readonly onPart: (part: number) => void
}

async function mergeAttached(
  db: Db,
  { file }: MergeSource,
  annotations: AnnotationMerge,
  { sourceAt, signal, onPart }: PartOptions,
): Promise<MergedSource> {
  emptyMergeTables(db)
  const save = <T>(work: () => T): Promise<T> => db.waiting.whenFree(() => db.transaction(work), signal)
  const { hasOtherRules } = await save(() => mergeNouns(db))
  const max = db.query(
    'SELECT (SELECT coalesce(max(id), 0) FROM src.photo) AS photos, (SELECT coalesce(max(id), 0) FROM src.file) AS files',
    z.object({ photos: z.int(), files: z.int() }),
  )
  const { photos, files } = max.get() ?? { photos: 0, files: 0 }
  const [ofPhotos, ofFiles, ofOutcomes] = [createPhotoMerge(db), createFileMerge(db), createOutcomeMerge(db)]
  const variants = ofOutcomes.variants()
  let known = 0
  const passes: readonly (readonly [number, (range: Range) => void])[] = [
    [photos, ofPhotos.photos],
    [photos, ofPhotos.subjects],
    [files, (range) => void (known += ofFiles.files(range))],
    [files, ofFiles.sidecars],
    ...variants.map(
      (variant) =>
        [
          photos,
          (range: Range) => {
            ofOutcomes.outcomes(variant, range)
          },
        ] as const,
    ),
  ]
  for (const [at, [last, pass]] of passes.entries())
    for (let from = 1; from <= last; from += rowsAtOnce) {
      await save(() => {
        pass({ from, to: from + rowsAtOnce - 1 })
      })
      onPart((at + Math.min(1, (from + rowsAtOnce) / last)) / passes.length)
      await setImmediate()
      signal.throwIfAborted()
    }
  const { heads } = await save(() => {
    const merged = mergeHeads(db)
    annotations.collect(sourceAt, file)
    return merged
  })
  const { jobId: lastJobId, job, shard } = describeJobs(db)
  const jobs = db.query('SELECT id FROM merging_job', z.object({ id: z.int() })).all()
  const counts = await countOutcomes(db, 'src', signal)
  return {
    library: { file, job, shard, ...counts, known, heads, hasOtherRules },
    jobIds: jobs.map(({ id }) => id),
    lastJobId,
  }
}
