// Writes keywords as the user labels, in the background: what is pending is in the library, and is written a few photos at
// a time. See [Note: keyword queue] and [Note: following].
import type { PhotoId } from '../../contract/domain.ts'
import type { KeywordReport, KeywordWriting, PendingKeywords } from '../../contract/keywords.ts'
import { createMutex, type Mutex } from '../../common/mutex.ts'
import { createThrottle } from '../../common/throttle.ts'
import type { EventHub } from '../events.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { KeywordQueue, PendingPhoto } from '../store/tables/keyword-queue.ts'
import type { KeywordTool } from './exiftool.ts'
import { namedFailures, writeAllKeywords } from './write-all.ts'

/** How long after a change its photo is written; what else changes until then is written with it. */
const soonMs = 700
/** Other programs queue photos too, and photos come back with their drives. */
const pollEveryMs = 30_000
/** A photo that changes meanwhile waits until so many are written. */
const batchSize = 50
/** What is over sooner is not worth an event. */
const emitEveryMs = 300

export interface AutomaticOptions {
  readonly store: Store
  readonly events: EventHub
  readonly log: Log
  readonly tool: KeywordTool
  /** Held while files are written, by whomever. */
  readonly mutex: Mutex
  readonly writing: () => Promise<KeywordWriting>
}

export class AutomaticWriting {
  readonly #options: AutomaticOptions
  readonly #closing = new AbortController()
  /** Held while a batch is at work, but not while it waits for the other mutex, whose holder may wait for an undo. */
  readonly #files = createMutex()
  #stops: readonly (() => void)[] = []
  #timer: { readonly handle: NodeJS.Timeout; readonly atMs: number } | null = null
  /** The writing of what is pending: one at a time. */
  #pass: Promise<unknown> = Promise.resolve()
  /** Null while nothing is written. */
  #left: number | null = null
  #problem: PendingKeywords['problem'] = null

  constructor(options: AutomaticOptions) {
    this.#options = options
  }

  get #queue(): KeywordQueue {
    return this.#options.store.keywordQueue
  }

  /** From now on what is pending is written without being asked for. */
  start(): void {
    const { store, events } = this.#options
    const soon = () => {
      this.#plan(soonMs)
    }
    this.#stops = [events.subscribe('library.changed', soon), events.subscribe('settings.changed', soon)]
    // A new start is a new try.
    void store
      .whenFree(() => {
        this.#queue.retryAll()
      }, this.#closing.signal)
      .catch(() => undefined)
    soon()
  }

  state(): PendingKeywords {
    return {
      waiting: this.#left ?? this.#queue.count(),
      isWriting: this.#left !== null,
      problem: this.#problem,
    }
  }

  /** Writes all that is pending, also what failed before, whatever the setting says. Cancelled, it returns what it did. */
  async writeNow(
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<KeywordReport> {
    const sum: KeywordReport = {
      ...{ files: 0, written: 0, photos: 0, unchanged: 0, failed: 0 },
      ...{ failures: [], isCancelled: false },
    }
    await this.#options.store.whenFree(() => {
      this.#queue.retryAll()
    })
    const total = this.#queue.count()
    let done = 0
    const running = this.#pass.then(() =>
      this.#drain(true, AbortSignal.any([signal, this.#closing.signal]), {
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
    this.#pass = running.catch(() => undefined)
    await running
    this.#settle()
    return { ...sum, isCancelled: signal.aborted }
  }

  /** Runs it while no file is at work. It must not wait for the mutex of the options, whose holder may wait for the caller. */
  whileIdle<T>(work: () => Promise<T>): Promise<T> {
    return this.#files.run(work)
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#closing.abort()
    if (this.#timer !== null) clearTimeout(this.#timer.handle)
    await this.#pass
  }

  #plan(afterMs: number): void {
    const atMs = performance.now() + afterMs
    if (this.#closing.signal.aborted || (this.#timer !== null && this.#timer.atMs <= atMs)) return
    if (this.#timer !== null) clearTimeout(this.#timer.handle)
    const handle = setTimeout(() => {
      this.#timer = null
      this.#pass = this.#pass.then(() => this.#poll())
    }, afterMs)
    this.#timer = { handle: handle.unref(), atMs }
  }

  async #poll(): Promise<void> {
    try {
      const isAny = await this.#drain(false, this.#closing.signal, this.#emitLeft())
      const { isAutomatic } = await this.#options.writing()
      const isOver = this.#problem !== null && !isAutomatic
      if (isOver) this.#problem = null
      if ((isAny || isOver) && !this.#closing.signal.aborted) this.#settle()
      // Switched off, what is pending may be due for long.
      const dueInMs = isAutomatic ? this.#queue.dueInMs() : null
      this.#plan(Math.min(pollEveryMs, Math.max(soonMs, dueInMs ?? pollEveryMs)))
    } catch (error) {
      this.#left = null
      // The library is busy, or its drive is gone; what is pending still is.
      if (this.#closing.signal.aborted) return
      this.#options.log('error', `Keywords could not be written: ${String(error)}`)
      this.#plan(pollEveryMs)
    }
  }

  /** Emits how many photos are left, where it takes longer than a moment. */
  #emitLeft(): WriteObserver {
    const throttle = createThrottle(emitEveryMs)
    throttle.tryEmit()
    /** Those that are pending besides the batch at work, once it is emitted. */
    let counted: number | null = null
    return {
      onFile: (photos) => {
        if (!throttle.tryEmit()) return
        counted ??= this.#queue.count()
        this.#left = Math.max(1, counted - photos)
        this.#emit()
      },
      onBatch: (_, photos) => {
        if (counted !== null) counted -= photos
      },
    }
  }

  /** Writes until nothing is due. Returns whether anything was. */
  async #drain(isAsked: boolean, signal: AbortSignal, observer: WriteObserver): Promise<boolean> {
    const startedAtMs = Date.now()
    for (let isAny = false; ; isAny = true) {
      const mode = await this.#options.writing()
      if (signal.aborted || !(isAsked || mode.isAutomatic)) return isAny
      const photos = this.#queue.take(batchSize, startedAtMs)
      if (photos.length === 0) return isAny
      const { onFile } = observer
      const batch = await this.#options.mutex.run(() =>
        this.#files.run(() => writeBatch(this.#options, photos, mode, { signal, onFile })),
      )
      // The first time, another program may have had the file open.
      const isReported = batch.failed.some(({ tries }) => isAsked || tries > 0)
      const [failure] = batch.report.failures
      if (isReported && failure !== undefined) this.#problem = { ...failure, photos: 0 }
      observer.onBatch(batch, photos.length)
    }
  }

  #settle(): void {
    const photos = this.#problem === null ? 0 : this.#queue.failing()
    this.#problem = this.#problem === null || photos === 0 ? null : { ...this.#problem, photos }
    this.#left = null
    this.#emit()
  }

  #emit(): void {
    this.#options.events.emit('keywords.pending', this.state())
  }
}

/** Hears how far the writing is. */
interface WriteObserver {
  /** @param photos of the batch at work, about so many are done */
  readonly onFile: (photos: number) => void
  readonly onBatch: (batch: Batch, photos: number) => void
}

interface Batch {
  readonly report: KeywordReport
  readonly failed: readonly PendingPhoto[]
}

/** Cut short, it leaves all of them pending: what was written is as wanted the next time. */
async function writeBatch(
  { store, tool }: AutomaticOptions,
  photos: readonly PendingPhoto[],
  { target, autoAbove }: KeywordWriting,
  { signal, onFile }: Pick<WriteObserver, 'onFile'> & { readonly signal: AbortSignal },
): Promise<Batch> {
  const failedPhotos = new Set<PhotoId>()
  const pendingOf = new Map(photos.flatMap((photo) => photo.photoIds.map((id) => [id, photo] as const)))
  const following = {
    onFailed: (id: PhotoId) => failedPhotos.add(id),
    isOutdated: (id: PhotoId) => {
      const photo = pendingOf.get(id)
      return photo !== undefined && !store.keywordQueue.isPending(photo)
    },
  }
  const report = await writeAllKeywords(
    store,
    { folders: [], photoIds: [...pendingOf.keys()], target, autoAbove },
    {
      ...{ tool, signal, following },
      onProgress: (files) => {
        onFile(Math.min(files, photos.length))
      },
    },
  )
  if (report.isCancelled) return { report, failed: [] }
  const isFailed = ({ photoIds }: PendingPhoto) => photoIds.some((id) => failedPhotos.has(id))
  const failed = photos.filter(isFailed)
  await store.whenFree(() => {
    store.keywordQueue.settle(
      photos.filter((photo) => !isFailed(photo)),
      failed,
    )
  })
  return { report, failed }
}
