// Turns found files into recorded photos: reads the keys of what is new or changed, records it, and yields it in the same order.
import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isSameStamp, pickStamp, type FileStamp } from '../../common/file-stamp.ts'
import { checkSize } from '../../common/open-file.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { formatOfName, maxPhotoBytes } from '../../contract/formats.ts'
import type { Shard } from '../../contract/jobs.ts'
import type { FileCounts, ScanProgress } from '../../contract/library.ts'
import { AppError } from '../../contract/errors.ts'
import { msg, type Message } from '../../texts/message.ts'
import { isInside, outermostFolders } from '../files/folders.ts'
import type { Store } from '../store/db.ts'
import { notHereReason, type FileProblem } from '../domain/photo-state.ts'
import type { KnownFile } from '../store/tables/files-read.ts'
import type { FileRecord } from '../store/tables/files-scan.ts'
import { libraryPath } from '../../common/library-path.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import { explainReadError } from '../files/file-errors.ts'
import { readKeys, UnshownRaw, type KeyedFile } from '../identity/read-keys.ts'
import { readMetadata, type ReadMetadata } from '../metadata/file-metadata.ts'
import { readFilesMetadata } from './read-metadata.ts'
import { inspectFile, scanFolder, type FoundFile } from './scan.ts'
import { shardFilter } from './shard.ts'

/** A recorded file: a photo, or an entry with the problem that keeps it from being one. */
export type RecordedFile =
  // The stamp is that of the content that was identified.
  | ({
      readonly path: string
      readonly photoId: PhotoId
      readonly problem: null
      /** Whether its content was read: it is new there, or was changed. */
      readonly isRead: boolean
      /** The app moved it during the walk, which may have passed both paths by or have yielded it already. */
      readonly isMoved?: boolean
    } & FileStamp)
  | { readonly path: string; readonly photoId: null; readonly problem: FileProblem }

export interface IngestOptions {
  /** Whether the folders in them are read, too. */
  readonly isDeep: boolean
  /** Whether they become folders of the library; else they lie in one. */
  readonly isAdded: boolean
  /** Only this part of them is read. */
  readonly shard: Shard | null
}

/** Files per transaction. Two batches are in memory: one being yielded, one being hashed. */
const batchSize = 32
const hashAttempts = 3
/** Files forgotten per transaction; some ten milliseconds. */
const forgetChunkSize = 1000

/** A found file with its keys or problem, before it is recorded. */
export interface Examined {
  readonly found: FoundFile
  /** Null for a file that is known already or has a problem. */
  readonly keys: KeyedFile | null
  /** The photo that this file is known as. */
  readonly photoId: PhotoId | null
  readonly problem: FileProblem | null
  /** The path of the file that is shown for this one too, which is then no photo of its own; null: none. */
  readonly companionOf: string | null
  /** What the file says about itself; null where it was not read. */
  readonly said: ReadMetadata | null
  /** Whether the library knows all of this, so that there is nothing to save but that the file is there. */
  readonly isAsKnown: boolean
}

/** What `examine` finds out by reading a file. */
type Content = Omit<Examined, 'companionOf' | 'isAsKnown'>

/**
 * Reads folders into the library, each file once although folders may lie in each other, and yields each file after it
 * is recorded, in the order of `scanFolder` and with its errors. One batch is hashed ahead while the caller works on
 * the previous one. When a folder was read to its end, files of it that were not found are marked as missing; an
 * incomplete walk marks nothing. In the end, paths that photos were moved away from are forgotten, and sidecars are read.
 */
export async function* ingestFolders(
  store: Store,
  folders: readonly string[],
  signal?: AbortSignal,
  { isDeep = true, isAdded = true, shard = null }: Partial<IngestOptions> = {},
): AsyncGenerator<RecordedFile> {
  for (const folder of outermostFolders(folders.map(libraryPath)))
    yield* ingestFolder(store, folder, { isDeep, isAdded, shard }, signal)
  // Only now, as a photo may have been moved to a folder that was read later.
  const forgetMoved = () => store.whenFree(() => store.files.forgetMoved(forgetChunkSize), signal)
  while ((await forgetMoved()) === forgetChunkSize) await setImmediate()
  await readFilesMetadata(store, folders, signal)
}

/**
 * Does the same, and returns the counts; a photo with copies in two of the folders counts in both. Where a folder
 * cannot be read, the others still are, and then it throws the first error.
 */
export async function scanLibrary(
  store: Store,
  folders: readonly string[],
  onProgress: (progress: ScanProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<FileCounts> {
  const progress = { files: 0, photos: 0, skipped: 0, failed: 0 }
  const roots = outermostFolders(folders.map(libraryPath))
  const errors: unknown[] = []
  for (const root of roots) {
    try {
      for await (const { problem } of ingestFolders(store, [root], signal)) {
        progress.files += 1
        if (problem === null) progress.photos += 1
        else progress[problem.kind] += 1
        onProgress({ ...progress })
      }
    } catch (error) {
      signal?.throwIfAborted()
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  const total = { ...progress, photos: 0, missing: 0, notHere: 0 }
  for (const folder of roots) {
    const photoIds = new Set<number>()
    for (const part of store.files.parts(folder)) {
      // Other calls come first.
      await setImmediate()
      const counts = store.files.countsOf(part)
      for (const photoId of counts.photoIds) photoIds.add(photoId)
      total.missing += counts.missing
      total.notHere += counts.notHere
    }
    total.photos += photoIds.size
  }
  return total
}

async function* ingestFolder(
  store: Store,
  folder: string,
  { isDeep, isAdded, shard }: IngestOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedFile> {
  const batches = inBatches(scanFolder(folder, signal, { shown: store.companions.shown(), isDeep, shard }))
  const examineNext = (): Promise<Examined[] | null> => {
    const next = batches
      .next()
      .then((batch) =>
        batch.done === true ? null : mapInFlight(batch.value, (found) => examine(store, found, signal)),
      )
    // It may fail while the caller still works on the previous batch; the error is thrown where it is awaited.
    next.catch(() => undefined)
    return next
  }

  let ahead = examineNext()
  try {
    let batch = await ahead
    const scanId = await store.whenFree(() => {
      if (isAdded) store.folders.add(folder)
      return store.files.beginScan()
    }, signal)
    while (batch !== null) {
      ahead = examineNext()
      yield* await recordBatch(store, scanId, batch, signal)
      batch = await ahead
    }
    const isRead = shard === null ? null : shardFilter(folder, shard)
    for (const part of store.files.parts(folder)) {
      await store.whenFree(() => store.files.markMissing(folder, scanId, isDeep, isRead, part), signal)
      await setImmediate()
    }
  } finally {
    // When the caller stops early, the batch ahead must end before the caller may close the store.
    await ahead.catch(() => null)
    await batches.return()
  }
}

/** Finds out which photo a file holds, without writing anything. */
export async function examine(
  store: Store,
  found: FoundFile,
  signal: AbortSignal | undefined,
): Promise<Examined> {
  const known = store.files.find(found.path)
  const main = found.companionOf === undefined ? (known?.companionOf ?? null) : found.companionOf
  // What belongs to a file that cannot be shown is shown itself.
  const mainFile = main === null ? null : store.files.find(main)
  const isShown =
    main === null || (mainFile !== null && mainFile.problem !== null && mainFile.companionOf === null)
  const examined = await examineContent(store, found, known, signal)
  if (isShown) return { ...examined, companionOf: null, isAsKnown: isAsKnown(known, examined) }
  const reason = msg('It belongs to {{name}} and is labelled with it.', {
    name: main.slice(main.lastIndexOf('/') + 1),
  })
  return { ...examined, problem: { kind: 'skipped', reason }, companionOf: main, isAsKnown: false }
}

/** Of a photo that is shown; for other files it is not worth asking. */
function isAsKnown(known: KnownFile | null, { found, keys, photoId, problem }: Content): boolean {
  if (known === null || keys !== null || photoId === null || problem !== null) return false
  const isShown = known.photoId === photoId && known.problem === null && known.companionOf === null
  const isSame = isDeepStrictEqual(
    pickStamp({ ...known, device: null }),
    pickStamp({ ...found, device: null }),
  )
  return isShown && isSame && known.missingSinceMs === null
}

async function examineContent(
  store: Store,
  found: FoundFile,
  known: KnownFile | null,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const knownId = known?.photoId ?? known?.companionPhotoId ?? null
  if (found.problem !== null) {
    // A photo that cannot be read now keeps its identity.
    const isKept = found.problem.kind === 'failed' || found.problem.reason === notHereReason
    const photoId = isKept ? knownId : null
    return { found, keys: null, photoId, problem: found.problem, said: null }
  }
  const photoId = known !== null && isSameStamp(known, found) ? knownId : null
  if (photoId !== null && (known?.problem === null || known?.companionOf !== null))
    return { found, keys: null, photoId, problem: null, said: null }

  const failed = (reason: Message): Content => ({
    found,
    keys: null,
    photoId,
    problem: { kind: 'failed', reason },
    said: null,
  })
  try {
    let now = found
    for (let attempt = 1; attempt <= hashAttempts && now.problem === null; attempt += 1) {
      if (now.sizeBytes === 0) return failed(msg('The file is empty; copy it again from where it came from.'))
      // Before it is read to its end.
      if (formatOfName(now.path) !== 'raw') checkSize(now.sizeBytes, maxPhotoBytes)
      const needsWholeHash = store.photos.hasUnlearned(now.sizeBytes)
      const keys = await readKeys(now, { needsWholeHash, signal })
      if (keys !== null) {
        const said = await readMetadata(keys.blocks, keys.facts)
        return { found, keys, photoId: null, problem: null, said }
      }
      now = await inspectFile(found.path)
    }
    return failed(msg('Another program keeps changing it; scan again when that program is done.'))
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof UnshownRaw) {
      const problem = { kind: 'skipped' as const, reason: error.translatable }
      return { found, keys: null, photoId: null, problem, said: null }
    }
    return failed(explainReadError(error, found.path))
  }
}

/**
 * Saves a batch in one transaction, without files that are being moved; see [Note: moving files]. Fails with `folder-missing` where its folder was removed from the library
 * meanwhile.
 */
export function recordBatch(
  store: Store,
  scanId: number,
  found: readonly Examined[],
  signal: AbortSignal | undefined,
): Promise<RecordedFile[]> {
  const record = () => {
    const batch = found.filter((one) => !isOnItsWay(store, scanId, one.found.path))
    checkAdded(store, batch)
    const records = batch.map(({ found, keys, photoId, problem, companionOf }) => {
      const { path } = found
      const known = keys === null ? null : store.files.find(path)
      const before = known?.photoId ?? known?.companionPhotoId ?? null
      const id = keys === null ? photoId : store.photos.identify(keys, before)
      const wholeHash = keys === null ? {} : { wholeHash: keys.wholeHash }
      const holds =
        companionOf === null ? { photoId: id } : { photoId: null, companionPhotoId: id, companionOf }
      return { path, ...holds, ...pickStamp({ ...found, ...keys }), problem, ...wholeHash }
    })
    const known = batch.flatMap(({ found, isAsKnown }) => (isAsKnown ? [found.path] : []))
    // Where one of them was taken out of the library meanwhile, all are saved.
    const areSeen = store.files.noteSeen(scanId, known) === known.length
    const changed = records.filter((_, at) => !areSeen || batch[at]?.isAsKnown !== true)
    store.files.record(scanId, changed)
    for (const { path } of changed) store.companions.settle(path)
    for (const { found, keys, said } of batch)
      if (keys !== null && said !== null)
        store.metadata.record(found.path, keys, said.metadata, said.isDamaged)
    return records.map((record, index) => toRecorded(record, (batch[index]?.keys ?? null) !== null))
  }
  return store.whenFree(() => store.transaction(record), signal)
}

/** Whether it is being moved, or was since the scan began, and is known at its new path. */
function isOnItsWay(store: Store, scanId: number, path: string): boolean {
  const hidden = store.moves.hidden(path, scanId)
  return hidden === 'always' || (hidden === 'gone' && !existsSync(path))
}

/** A file outside all folders of the library would be shown nowhere, and no call could ever remove it. */
function checkAdded(store: Store, batch: readonly Examined[]): void {
  const folders = store.folders.list()
  for (const { found } of batch) {
    if (folders.some((folder) => isInside(found.path, folder.path))) continue
    throw new AppError(
      'folder-missing',
      msg(
        "The folder of '{{path}}' was taken out of the library while it was being read. Add it again to go on.",
        { path: found.path },
      ),
    )
  }
}

function toRecorded(
  { path, photoId, problem, ...record }: FileRecord & FileStamp,
  isRead: boolean,
): RecordedFile {
  if (problem !== null) return { path, photoId: null, problem }
  if (photoId === null) throw new Error(`'${path}' has neither a photo nor a problem`)
  return { path, photoId, problem: null, isRead, ...pickStamp(record) }
}

async function* inBatches(files: AsyncGenerator<FoundFile>): AsyncGenerator<FoundFile[], void> {
  let batch: FoundFile[] = []
  for await (const file of files) {
    batch.push(file)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
