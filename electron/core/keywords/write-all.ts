// Writes keywords for many files: what fails is named, what is done stays done, and all of it is one step of the history.
import { stat } from 'node:fs/promises'
import type { KeywordReport, KeywordWriteRequest } from '../../contract/keywords.ts'
import { removeLeftFiles } from '../../common/left-files.ts'
import { isTemporaryName } from '../../common/write-atomic.ts'
import { explainWriteError, isGone } from '../files/file-errors.ts'
import { examine, recordBatch } from '../library/ingest.ts'
import { inspectFile } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import type { KeywordTool } from './exiftool.ts'
import { sidecarsInFlight } from './new-sidecar.ts'
import { isDue, planFiles, readMeant, rootsOf, type PlannedFile } from './plan-files.ts'
import { writeKeywords } from './write-file.ts'

/** Failures that are named one by one. */
const namedFailures = 1000

export interface WriteOptions {
  readonly tool: KeywordTool
  /** Ends the work after the files at work. */
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

export async function writeAllKeywords(
  store: Store,
  request: KeywordWriteRequest,
  { tool, signal, onProgress }: WriteOptions,
): Promise<KeywordReport> {
  const report = { files: 0, written: 0, unchanged: 0, failed: 0, failures: [] as KeywordReport['failures'] }
  const photos = new Set<string>()
  const step: WrittenKeywords[] = []
  const folders = new Set<string>()
  let total =
    request.photoIds === null ? countPhotos(store, rootsOf(store, request)) : request.photoIds.length
  const isStopped = () => signal.aborted

  const writeOne = async (planned: PlannedFile): Promise<string | null> => {
    if (isStopped()) return null
    const { path, target } = planned
    try {
      const change = await writeKeywords(planned, tool)
      if (change === null) report.unchanged++
      else {
        report.written++
        photos.add(planned.photoPath)
        step.push(change)
      }
      return change === null ? null : target
    } catch (error) {
      report.failed++
      if (report.failures.length < namedFailures)
        report.failures.push({ path, reason: explainWriteError(error) })
      return null
    } finally {
      onProgress(++report.files, total)
    }
  }
  try {
    for await (const page of planFiles(store, request, new AbortController().signal)) {
      if (isStopped()) break
      // Of a pair each file counts, and of a RAW file each sidecar.
      total += page.length - new Set(page.map(({ photoPath }) => photoPath)).size
      const due = page.filter(isDue)
      report.files += page.length - due.length
      report.unchanged += page.length - due.length
      await store.whenFree(() => {
        store.keywords.noteWritten(due.map(({ photoId, wanted }) => [photoId, [...wanted]] as const))
      })
      for (const { target } of due) folders.add(target.slice(0, target.lastIndexOf('/')))
      const fresh = due.filter(({ kind }) => kind === 'new-sidecar')
      const others = due.filter(({ kind }) => kind !== 'new-sidecar')
      const written = [
        ...(await mapInFlight(fresh, writeOne, sidecarsInFlight)),
        ...(await mapInFlight(others, writeOne)),
      ]
      await readAgain(
        store,
        written.filter((target) => target !== null),
      )
    }
  } finally {
    if (step.length > 0)
      await store.history.withWriteLock(() => {
        store.history.noteKeywords(step, step.length)
      })
    for (const folder of folders) await removeLeftFiles(folder, isTemporaryName)
  }
  if (report.written > 0) await readMeant(store, request)
  return { ...report, photos: photos.size, isCancelled: isStopped() }
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
