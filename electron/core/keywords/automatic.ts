// Writes keywords as the user labels, in the background: what waits is in the library, and is written a few photos at a
// time. See [Note: keyword queue] and [Note: following].
import type { PhotoId } from '../../contract/domain.ts'
import type { KeywordReport, KeywordWriting, PendingKeywords } from '../../contract/keywords.ts'
import type { Mutex } from '../../common/mutex.ts'
import { createThrottle } from '../../common/throttle.ts'
import type { EventHub } from '../events.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { PendingPhoto } from '../store/tables/keyword-queue.ts'
import type { KeywordTool } from './exiftool.ts'
import { namedFailures, writeAllKeywords } from './write-all.ts'

/** A change is followed so soon; what else changes until then is written with it. */
const soonMs = 700
/** Other programs put photos in line too, and photos come back with their drives. */
const lookEveryMs = 30_000
/** A photo that changes meanwhile waits until so many are written. */
const batchSize = 50
/** What is over sooner is not worth a word. */
const tellEveryMs = 300

export interface AutomaticOptions {
  readonly store: Store
  readonly events: EventHub
  readonly log: Log
  readonly tool: KeywordTool
  /** Held while files are written, by whomever. */
  readonly mutex: Mutex
  readonly writing: () => Promise<KeywordWriting>
}

export interface AutomaticWriting {
  /** From now on what waits is written without being asked for. */
  start(): void
  state(): PendingKeywords
  /** Writes all that waits, also what failed before, whatever the setting says. Cancelled, it returns what it did. */
  writeNow(signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<KeywordReport>
  /** Runs it while no file is at work. It must not wait for `mutex`, whose holder may wait for the caller. */
  whileIdle<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function createAutomaticWriting(options: AutomaticOptions): AutomaticWriting {
  const { store, events, log, writing } = options
  const queue = store.keywordQueue
  const closing = new AbortController()
  const stops: (() => void)[] = []
  let timer: { readonly handle: NodeJS.Timeout; readonly atMs: number } | null = null
  let pass: Promise<unknown> = Promise.resolve()
  /** Not what waits for others, which may wait for the caller. */
  let atWork: Promise<unknown> = Promise.resolve()
  /** What runs while no file is at work. */
  let others: Promise<unknown> | null = null
  /** Null while nothing is written. */
  let left: number | null = null
  let problem: PendingKeywords['problem'] = null

  const state = (): PendingKeywords => ({
    waiting: left ?? queue.count(),
    isWriting: left !== null,
    problem,
  })
  const emit = () => {
    events.emit('keywords.pending', state())
  }
  /** Writes until nothing is due. Returns whether anything was. */
  const drain = async (isAsked: boolean, signal: AbortSignal, told: Told): Promise<boolean> => {
    const startedAtMs = Date.now()
    for (let isAny = false; ; isAny = true) {
      const mode = await writing()
      if (signal.aborted || !(isAsked || mode.isAutomatic)) return isAny
      const rows = queue.take(batchSize, startedAtMs)
      if (rows.length === 0) return isAny
      const batch = await options.mutex.run(async () => {
        while (others !== null) await others
        const running = writeBatch(options, rows, mode, { signal, onFile: told.onFile })
        atWork = running.catch(() => undefined)
        return running
      })
      const isTold = batch.failed.some(({ tries }) => isAsked || tries > 0)
      const [failure] = batch.report.failures
      // The first time, another program may have had the file open.
      if (isTold && failure !== undefined) problem = { ...failure, photos: 0 }
      told.onBatch(batch, rows.length)
    }
  }
  const settle = () => {
    const photos = problem === null ? 0 : queue.failing()
    problem = problem === null || photos === 0 ? null : { ...problem, photos }
    left = null
    emit()
  }

  const look = async (): Promise<void> => {
    const throttle = createThrottle(tellEveryMs)
    throttle.tryEmit()
    /** Those that wait besides the batch at work, once somebody is told. */
    let counted: number | null = null
    try {
      const isAny = await drain(false, closing.signal, {
        onFile: (photos) => {
          if (!throttle.tryEmit()) return
          counted ??= queue.count()
          left = Math.max(1, counted - photos)
          emit()
        },
        onBatch: (_, photos) => {
          if (counted !== null) counted -= photos
        },
      })
      const { isAutomatic } = await writing()
      const isOver = problem !== null && !isAutomatic
      if (isOver) problem = null
      if ((isAny || isOver) && !closing.signal.aborted) settle()
      // Switched off, what waits may be due for long.
      const dueInMs = isAutomatic ? queue.dueInMs() : null
      plan(Math.min(lookEveryMs, Math.max(soonMs, dueInMs ?? lookEveryMs)))
    } catch (error) {
      left = null
      // The library is busy, or its drive is gone; what waits still does.
      if (closing.signal.aborted) return
      log('error', `Keywords could not be written: ${String(error)}`)
      plan(lookEveryMs)
    }
  }
  const plan = (afterMs: number): void => {
    const atMs = performance.now() + afterMs
    if (closing.signal.aborted || (timer !== null && timer.atMs <= atMs)) return
    if (timer !== null) clearTimeout(timer.handle)
    const handle = setTimeout(() => {
      timer = null
      pass = pass.then(look)
    }, afterMs)
    timer = { handle: handle.unref(), atMs }
  }
  const soon = () => {
    plan(soonMs)
  }

  return {
    start() {
      stops.push(events.subscribe('library.changed', soon), events.subscribe('settings.changed', soon))
      // A new start is a new try.
      void store
        .whenFree(() => {
          queue.retryAll()
        }, closing.signal)
        .catch(() => undefined)
      soon()
    },
    state,
    async writeNow(signal, onProgress) {
      const sum: KeywordReport = {
        ...{ files: 0, written: 0, photos: 0, unchanged: 0, failed: 0 },
        ...{ failures: [], isCancelled: false },
      }
      await store.whenFree(() => {
        queue.retryAll()
      })
      const total = queue.count()
      let done = 0
      const running = pass.then(() =>
        drain(true, AbortSignal.any([signal, closing.signal]), {
          onFile: (photos) => {
            onProgress(Math.min(done + photos, total), total)
          },
          onBatch: ({ report }, photos) => {
            for (const key of ['files', 'written', 'photos', 'unchanged', 'failed'] as const)
              sum[key] += report[key]
            sum.failures = [...sum.failures, ...report.failures].slice(0, namedFailures)
            done += photos
          },
        }),
      )
      pass = running.catch(() => undefined)
      await running
      settle()
      return { ...sum, isCancelled: signal.aborted }
    },
    whileIdle(work) {
      const running = atWork.then(work)
      const ended = running
        .catch(() => undefined)
        .then(() => {
          if (others === ended) others = null
        })
      others = ended
      return running
    },
    async close() {
      for (const stop of stops) stop()
      closing.abort()
      if (timer !== null) clearTimeout(timer.handle)
      await pass
    },
  }
}

/** Who follows what is written. */
interface Told {
  /** @param photos of the batch at work, about so many are done */
  readonly onFile: (photos: number) => void
  readonly onBatch: (batch: Batch, photos: number) => void
}

interface Batch {
  readonly report: KeywordReport
  readonly failed: readonly PendingPhoto[]
}

/** Cut short, it leaves all of them in line: what was written is as wanted the next time. */
async function writeBatch(
  { store, tool }: AutomaticOptions,
  rows: readonly PendingPhoto[],
  { target, autoAbove }: KeywordWriting,
  { signal, onFile }: Pick<Told, 'onFile'> & { readonly signal: AbortSignal },
): Promise<Batch> {
  const failedPhotos = new Set<PhotoId>()
  const photoIds = rows.flatMap((row) => row.photoIds)
  const rowOf = new Map(rows.flatMap((row) => row.photoIds.map((id) => [id, row] as const)))
  const following = {
    onFailed: (id: PhotoId) => failedPhotos.add(id),
    isOutdated: (id: PhotoId) => {
      const row = rowOf.get(id)
      return row !== undefined && !store.keywordQueue.isInLine(row)
    },
  }
  const report = await writeAllKeywords(
    store,
    { folders: [], photoIds, target, autoAbove },
    {
      ...{ tool, signal, following },
      onProgress: (files) => {
        onFile(Math.min(files, rows.length))
      },
    },
  )
  if (report.isCancelled) return { report, failed: [] }
  const isFailed = (row: PendingPhoto) => row.photoIds.some((id) => failedPhotos.has(id))
  const failed = rows.filter(isFailed)
  await store.whenFree(() => {
    store.keywordQueue.settle(
      rows.filter((row) => !isFailed(row)),
      failed,
    )
  })
  return { report, failed }
}
