// Writes keywords for many files: what fails is named, what is done stays done, and all of it is one step of the history.
import { stat } from 'node:fs/promises'
import type { PhotoId } from '../../contract/domain.ts'
import type { KeywordReport, KeywordWriteRequest } from '../../contract/keywords.ts'
import { removeLeftFiles } from '../../common/left-files.ts'
import { isTemporaryName } from '../../common/write-atomic.ts'
import { explainWriteError, isGone } from '../files/file-errors.ts'
import { examine, recordBatch } from '../library/ingest.ts'
import { readMetadataOf } from '../library/read-metadata.ts'
import { inspectFile } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import type { KeywordTool } from './exiftool.ts'
import { changed, holdsNothing, noOwnWords } from './held.ts'
import { sidecarsInFlight } from './new-sidecar.ts'
import { isDue, planFiles, readMeant, rootsOf, type PlannedFile } from './plan-files.ts'
import { stateOf, writeKeywords, type FileStates } from './write-file.ts'

/** Failures that are named one by one. */
export const namedFailures = 1000

export interface WriteOptions {
  readonly tool: KeywordTool
  /** Ends the work after the files at work. */
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
  /** See [Note: following]; without it what is written is a step of the history. */
  readonly following?: {
    /** Called for each file that failed, with its photo. */
    readonly onFailed: (photoId: PhotoId) => void
    /** Whether the labels changed since the work began, or another program wrote them: then they are left to that. */
    readonly isOutdated: (photoId: PhotoId) => boolean
  }
}

export async function writeAllKeywords(
  store: Store,
  request: KeywordWriteRequest,
  { tool, signal, onProgress, following }: WriteOptions,
): Promise<KeywordReport> {
  const report = { files: 0, written: 0, unchanged: 0, failed: 0, failures: [] as KeywordReport['failures'] }
  const photos = new Set<string>()
  const step: WrittenKeywords[] = []
  const folders = new Set<string>()
  /** Sidecars of which the library may know another thing than is true, such as since a kill. */
  let unknown: string[] = []
  let total =
    request.photoIds === null ? countPhotos(store, rootsOf(store, request)) : request.photoIds.length
  const isStopped = () => signal.aborted

  const writeOne = async (planned: PlannedFile, states: FileStates): Promise<WrittenKeywords | null> => {
    if (isStopped() || following?.isOutdated(planned.photoId) === true) return null
    const { path, target } = planned
    try {
      const change = await writeKeywords(planned, tool, states)
      if (change === null) report.unchanged++
      else {
        report.written++
        photos.add(planned.photoPath)
        step.push(change)
      }
      return change
    } catch (error) {
      following?.onFailed(planned.photoId)
      if (planned.kind === 'new-sidecar' || (planned.kind === 'sidecar' && isGone(error)))
        unknown.push(planned.target)
      report.failed++
      if (report.failures.length < namedFailures)
        report.failures.push({ path, target, reason: explainWriteError(error) })
      return null
    } finally {
      onProgress(++report.files, total)
    }
  }
  try {
    const pages = planFiles(store, request, new AbortController().signal, following !== undefined)
    for await (const page of pages) {
      if (isStopped()) break
      // Of a pair each file counts, and of a RAW file each sidecar.
      total += page.length - new Set(page.map(({ photoPath }) => photoPath)).size
      // What was read last may be outdated; nobody waits for these, so that they are looked at.
      const due = following === undefined ? page.filter(isDue) : page
      const fresh = due.filter(({ kind }) => kind === 'new-sidecar')
      const others = due.filter(({ kind }) => kind !== 'new-sidecar')
      report.files += page.length - due.length
      report.unchanged += page.length - due.length
      await store.whenFree(() => {
        store.keywords.noteWritten(fresh.map(({ photoId, added }) => [photoId, added] as const))
      })
      for (const { target } of due) folders.add(target.slice(0, target.lastIndexOf('/')))
      const states = fileStates(
        store,
        due.map(({ target }) => target),
      )
      const write = (planned: PlannedFile) => writeOne(planned, states)
      const written = [
        ...(await mapInFlight(fresh, write, sidecarsInFlight)),
        ...(await mapInFlight(others, write)),
      ]
      await recordWritten(
        store,
        written.filter((change) => change !== null),
      )
      await readAgain(store, unknown)
      await readMetadataOf(store, unknown)
      unknown = []
    }
  } finally {
    if (step.length > 0 && following === undefined)
      await store.history.withWriteLock(() => {
        store.history.noteKeywords(step, step.length)
      })
    for (const folder of folders) await removeLeftFiles(folder, isTemporaryName)
  }
  // Who stopped it does not wait until the whole library is looked through.
  if (report.written > 0) await (isStopped() ? readMetadataOf(store, [...photos]) : readMeant(store, request))
  return { ...report, photos: photos.size, isCancelled: isStopped() }
}

/** What is known of these files. */
export function fileStates(store: Store, paths: readonly string[]): FileStates {
  const states = store.keywordQueue.statesOf(paths)
  return {
    of: (path) => states.get(path) ?? null,
    note: (path, state) =>
      store.whenFree(() => {
        store.keywordQueue.noteState(path, state)
      }),
    noteAdded: (photoId, names) =>
      store.whenFree(() => {
        store.keywords.noteWritten([[photoId, names]])
      }),
  }
}

/** Records files that were written: how they are now, and of new sidecars that all of it is Labelroom's. */
async function recordWritten(store: Store, changes: readonly WrittenKeywords[]): Promise<void> {
  await readAgain(
    store,
    changes.map(({ path }) => path),
  )
  const fresh = changes.filter(({ kind }) => kind === 'new-sidecar')
  if (fresh.length > 0)
    await store.whenFree(() => {
      store.transaction(() => {
        for (const { path, fields } of fresh)
          store.keywordQueue.noteState(path, stateOf(noOwnWords, changed(holdsNothing, fields)))
      })
    })
  const others = changes.filter(({ kind }) => kind !== 'new-sidecar').map(({ path }) => path)
  await readWordsAgain(store, others)
}

/** Reads what these files say, also where their size and date are as before: ExifTool leaves the date, and another word may be as long. */
export async function readWordsAgain(store: Store, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  await store.whenFree(() => {
    store.metadata.forget(paths)
  })
  await readMetadataOf(store, paths)
}

const countPhotos = (store: Store, roots: readonly string[]): number =>
  roots.reduce((sum, root) => {
    const { files, skipped, failed } = store.files.counts(root)
    return sum + files - skipped - failed
  }, 0)

/** Records the files as they are now, as a scan would; sidecars that are gone are dropped. */
export async function readAgain(store: Store, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  const gone: string[] = []
  const scanId = await store.whenFree(() => store.files.beginScan())
  const examined = await mapInFlight(paths, async (path) => {
    const isThere = await stat(path).then(
      () => true,
      (error: unknown) => !isGone(error),
    )
    if (isThere) return [await examine(store, await inspectFile(path), undefined)]
    gone.push(path)
    return []
  })
  await recordBatch(store, scanId, examined.flat(), undefined)
  if (gone.length > 0)
    await store.whenFree(() => {
      store.files.dropGone(gone)
    })
}
