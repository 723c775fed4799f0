// Talks to the inference worker: keeps a bounded number of photos in flight, and survives its crashes and stalls.
import type { DeviceReport } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import {
  FromWorker,
  type InferencePort,
  type InferItem,
  type InferResult,
  type Loaded,
  type LoadRequest,
} from '../../contract/inference.ts'
import { Puller } from './puller.ts'

export interface InferenceOptions {
  readonly spawn: () => InferencePort
  readonly load: LoadRequest
  readonly topK: number
  /** A worker that holds photos and says nothing for this long is killed. */
  readonly stallTimeoutMs: number
  /** Told when a worker was lost or a device was given up. */
  readonly onNotice: (message: string) => void
}

/** Workers that die one after the other before they are ready mean that the model cannot run here. */
const maxFailedStarts = 3

/**
 * One model on one worker process.
 *
 * [Note: culprit] A worker that dies or hangs takes every photo in flight with it, and nobody knows which one did
 * it. So a new worker gets those photos again one at a time; the one with which it dies alone is the culprit and
 * ends as failed. All others lose nothing but time.
 */
export class InferenceClient {
  readonly #options: InferenceOptions
  #load: LoadRequest
  #port: InferencePort | null = null
  #loaded: Loaded | null = null
  #wake: () => void = () => undefined
  #results: InferResult[] = []
  #death: string | null = null
  #abandonStart: () => void = () => undefined

  constructor(options: InferenceOptions) {
    this.#options = options
    this.#load = options.load
  }

  /** What runs the model now; null before the start. Changes when a lost device was given up for the CPU. */
  device(): DeviceReport | null {
    return this.#loaded?.device ?? null
  }

  /** Starts the worker and loads the model. Throws AppError when no worker can run it. */
  async start(): Promise<Loaded> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#startOnce()
      if (typeof outcome !== 'string') return (this.#loaded = outcome)
      if (attempt >= maxFailedStarts)
        throw new AppError(
          'inference-failed',
          `The model could not be started: ${outcome}. Try --device cpu, or another model.`,
        )
      if (this.#load.device !== 'cpu') {
        this.#options.onNotice(`The worker ended while trying the devices (${outcome}); using the CPU.`)
        this.#load = { ...this.#load, device: 'cpu' }
      }
    }
  }

  /**
   * Yields one result for each item, in groups as they come, in no fixed order.
   * Pulls from `items` only while there is room: back-pressure reaches the folder scan.
   * After an abort nothing more is pulled; what is in flight is still answered.
   */
  async *infer(items: AsyncIterable<InferItem>, signal: AbortSignal): AsyncGenerator<InferResult[]> {
    const windowSize = this.#requireLoaded().windowSize
    const inFlight = new Map<number, InferItem>()
    const source = new Puller(items, () => {
      this.#wake()
    })
    try {
      for (;;) {
        if (signal.aborted) source.stop()
        if (this.#isLost()) yield* this.#recover(inFlight)
        const pulled = source.take()
        if (pulled.length > 0) this.#send(pulled, inFlight)
        if (inFlight.size < windowSize) source.pull()
        if (this.#results.length > 0) {
          const results = this.#results.splice(0)
          for (const result of results) inFlight.delete(result.id)
          yield results
          continue
        }
        if (source.isOver() && inFlight.size === 0) break
        if (!this.#isLost()) await this.#waitForNews(inFlight.size > 0)
      }
    } finally {
      // Also when the caller gives up, for example because a result could not be stored.
      await source.close()
    }
    source.throwFailure()
  }

  /** Ends the worker; a start that is going on fails. */
  close(): void {
    const port = this.#port
    this.#port = null
    port?.kill()
    this.#abandonStart()
  }

  /** See [Note: culprit]. */
  async *#recover(inFlight: Map<number, InferItem>): AsyncGenerator<InferResult[]> {
    const answered = new Set(this.#results.map((result) => result.id))
    const suspects = [...inFlight.values()].filter((item) => !answered.has(item.id))
    const what =
      suspects.length === 0 ? 'starting another one' : `trying ${suspects.length} photos one by one`
    this.#options.onNotice(`The inference worker was lost (${this.#death ?? ''}); ${what}.`)
    await this.start()
    for (const item of suspects) {
      this.#send([item], inFlight)
      while (!this.#isLost() && !this.#results.some((result) => result.id === item.id))
        await this.#waitForNews(true)
      if (this.#isLost()) {
        inFlight.delete(item.id)
        const reason = `The photo stops the decoder or the model (${this.#death ?? ''}).`
        yield [{ ok: false, id: item.id, reason }]
        await this.start()
      }
    }
  }

  #send(items: readonly InferItem[], inFlight: Map<number, InferItem>): void {
    for (const item of items) inFlight.set(item.id, item)
    this.#port?.post({ type: 'infer', topK: this.#options.topK, items: [...items] })
  }

  /** Waits for a message, a pulled item or the worker's end; kills a worker that holds photos in silence. */
  #waitForNews(isWorkerBusy: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = isWorkerBusy
        ? setTimeout(() => {
            this.#lose(`no answer for ${Math.round(this.#options.stallTimeoutMs / 1000)} s`)
          }, this.#options.stallTimeoutMs)
        : undefined
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = () => undefined
        resolve()
      }
    })
  }

  /** Resolves to the model's description, or to the sentence of why the worker died; throws what it refused. */
  async #startOnce(): Promise<Loaded | string> {
    this.#port?.kill()
    this.#death = null
    const port = this.#options.spawn()
    this.#port = port
    const { promise, resolve, reject } = Promise.withResolvers<Loaded | string>()
    this.#abandonStart = () => {
      reject(new AppError('inference-failed', 'The start was given up.'))
    }
    const lose = (why: string) => {
      if (this.#port !== port) return
      resolve(why)
      this.#lose(why)
    }
    port.onExit(lose)
    port.onMessage((raw) => {
      if (this.#port !== port) return
      const { data: message, error } = FromWorker.safeParse(raw)
      if (message === undefined) lose(`it answered what it may not: ${toWireError(error).message}`)
      else if (message.type === 'loaded') resolve(message)
      else if (message.type === 'error') reject(new AppError(message.code, message.message))
      else if (message.type === 'results') {
        this.#results.push(...message.items)
        this.#wake()
      } else lose(`it answered a question that was not asked: ${message.type}`)
    })
    // A driver that hangs must not hang the job.
    const timer = setTimeout(() => {
      lose(`the model was not loaded in ${Math.round(this.#options.stallTimeoutMs / 1000)} s`)
    }, this.#options.stallTimeoutMs)
    port.post(this.#load)
    return promise.finally(() => {
      clearTimeout(timer)
    })
  }

  #lose(why: string): void {
    const port = this.#port
    this.#port = null
    port?.kill()
    this.#death = why
    this.#wake()
  }

  #isLost(): boolean {
    return this.#death !== null
  }

  #requireLoaded(): Loaded {
    if (this.#loaded === null) throw new Error('start() first')
    return this.#loaded
  }
}
