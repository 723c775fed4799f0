// From files found to photos known: hashes what is new or changed, writes it down, and passes it on in the same order.
import { setImmediate } from 'node:timers/promises'
import type { PhotoId, ScanProgress } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { isInside, outermostFolders } from '../folders.ts'
import type { Store } from '../store/db.ts'
import type { FileCounts, FileProblem, FileRecord } from '../store/files.ts'
import { libraryPath } from '../store/paths.ts'
import { explainReadError } from './file-errors.ts'
import { isSameState } from './file-state.ts'
import { hashFile, type Identity } from './identity.ts'
import { scanFolder, type FoundFile } from './scan.ts'

/** A file that is written down: a photo, or an entry with the problem that it is none. */
export type RecordedFile =
  | {
      readonly path: string
      readonly photoId: PhotoId
      readonly problem: null
      /** Of the content that was identified. */
      readonly sizeBytes: number
      readonly modifiedAtMs: number
    }
  | { readonly path: string; readonly photoId: null; readonly problem: FileProblem }

/** Files per transaction. Two batches are in memory: one being passed on, one being hashed. */
const batchSize = 32
/** More than one, so that a drive with latency is kept busy; few, so that a hard disk does not seek. */
const hashesInFlight = 4
const hashAttempts = 3
/** Files forgotten in one go; some ten milliseconds. */
const forgetStretch = 1000

/** A found file with what was learned of it, before it is written down. */
export interface Examined {
  readonly found: FoundFile
  /** Null for a file that is known already or has a problem. */
  readonly identity: Identity | null
  /** The photo that this file is known as. */
  readonly photoId: PhotoId | null
  readonly problem: FileProblem | null
}

/**
 * Reads folders into the library, each file once although folders may lie in each other, and gives each file after it
 * is written down, in the order of `scanFolder` and with its errors. The next files are hashed while the caller works
 * on these, and no further ahead. When a folder was read to its end, files of it that were not found are marked as
 * missing; a walk that breaks off marks nothing. In the end, places that photos were moved away from are forgotten.
 */
export async function* ingestFolders(
  store: Store,
  folders: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<RecordedFile> {
  for (const folder of outermostFolders(folders.map(libraryPath))) yield* ingestFolder(store, folder, signal)
  // Only now, as a photo may have been moved to a folder that was read later.
  while (store.files.forgetMoved(forgetStretch) === forgetStretch) await setImmediate()
}

/**
 * Does the same, and counts what is there now; a photo with copies in two of the folders counts in both. Where a folder
 * cannot be read, the others are, and then it throws what went wrong.
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
  const total = { ...progress, photos: 0, missing: 0 }
  for (const folder of roots) {
    // Counting a large folder takes a moment, and so did what was before.
    await setImmediate()
    const counts = store.files.counts(folder)
    total.photos += counts.photos
    total.missing += counts.missing
  }
  return total
}

async function* ingestFolder(
  store: Store,
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordedFile> {
  const batches = inBatches(scanFolder(folder, signal))
  const examineNext = (): Promise<Examined[] | null> => {
    const next = batches
      .next()
      .then((batch) =>
        batch.done === true ? null : mapInFlight(batch.value, (found) => examine(store, found, signal)),
      )
    // It may fail while the caller still works on the batch before; the failure is met where it is awaited.
    next.catch(() => undefined)
    return next
  }

  let ahead = examineNext()
  try {
    let batch = await ahead
    store.folders.add(folder)
    const scanId = store.files.beginScan()
    while (batch !== null) {
      ahead = examineNext()
      yield* writeDown(store, scanId, batch)
      batch = await ahead
    }
    store.files.markMissing(folder, scanId)
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
  if (found.problem !== null) {
    // A photo that cannot be read today is still the photo that it was.
    const photoId = found.problem.kind === 'failed' ? (known?.photoId ?? null) : null
    return { found, identity: null, photoId, problem: found.problem }
  }
  const photoId = known !== null && isSameState(known, found) ? known.photoId : null
  if (photoId !== null && known?.problem === null) return { found, identity: null, photoId, problem: null }

  const failed = (reason: string): Examined => ({
    found,
    identity: null,
    photoId,
    problem: { kind: 'failed', reason },
  })
  try {
    for (let attempt = 1; attempt <= hashAttempts; attempt += 1) {
      const identity = await hashFile(found.path, signal)
      if (identity?.sizeBytes === 0)
        return failed('The file is empty; copy it again from where it came from.')
      if (identity !== null) return { found, identity, photoId: null, problem: null }
    }
    return failed('Another program keeps changing it; scan again when that program is done.')
  } catch (error) {
    signal?.throwIfAborted()
    return failed(explainReadError(error, found.path))
  }
}

/** Saves a batch in one transaction. Fails with `folder-missing` where its folder was taken out of the library meanwhile. */
export function writeDown(store: Store, scanId: number, batch: readonly Examined[]): RecordedFile[] {
  return store.transaction(() => {
    checkAdded(store, batch)
    const records = batch.map(({ found, identity, photoId, problem }): FileRecord => {
      const id = identity === null ? photoId : store.photos.identify(identity.hash, identity.sizeBytes)
      const { path, sizeBytes, modifiedAtMs, inode, createdAtMs, changedAtMs } = { ...found, ...identity }
      return { path, photoId: id, sizeBytes, modifiedAtMs, inode, createdAtMs, changedAtMs, problem }
    })
    store.files.record(scanId, records)
    return records.map(toRecorded)
  })
}

/** A file in no folder of the library would be shown nowhere, and no call would ever take it out again. */
function checkAdded(store: Store, batch: readonly Examined[]): void {
  const folders = store.folders.list()
  for (const { found } of batch) {
    if (folders.some((folder) => isInside(found.path, folder.path))) continue
    throw new AppError(
      'folder-missing',
      `The folder of '${found.path}' was taken out of the library while it was being read. Add it again to go on.`,
    )
  }
}

function toRecorded({ path, photoId, problem, sizeBytes, modifiedAtMs }: FileRecord): RecordedFile {
  if (problem !== null) return { path, photoId: null, problem }
  if (photoId === null) throw new Error(`'${path}' has neither a photo nor a problem`)
  return { path, photoId, problem: null, sizeBytes, modifiedAtMs }
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

/** Like `Promise.all(items.map(work))` with at most `hashesInFlight` of them at work; results in the order of the items. */
export async function mapInFlight<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const runQueue = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: hashesInFlight }, runQueue))
  return results
}
