// Talks to the inference worker: keeps a bounded number of photos in flight, and survives its crashes and stalls.
import type { DeviceReport } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import {
  FromWorker,
  type InferencePort,
  type InferItem,
  type InferResult,
  type Loaded,
  type LoadRequest,
} from '../../contract/inference.ts'
import { messageOf, msg, verbatim, type Message } from '../../texts/message.ts'
import { Prefetcher } from './prefetcher.ts'

export interface InferenceOptions {
  readonly spawn: () => InferencePort
  readonly load: LoadRequest
  readonly topK: number
  /** A worker that holds photos and is silent for this long is killed. */
  readonly stallTimeoutMs: number
  /** Called when a worker crashed or a device was abandoned for the CPU. */
  readonly onNotice: (message: Message) => void
}

/** So many workers that crash in a row before they are ready mean that the model cannot run here. */
const maxFailedStarts = 3

/**
 * One model on one worker process.
 *
 * [Note: culprit] A worker that crashes or hangs takes every photo in flight with it, and it is unknown which one was
 * the cause. So a new worker gets those photos one at a time; the one that crashes it alone is the culprit and ends as
 * failed. All others only take longer.
 */
export class InferenceClient {
  readonly #options: InferenceOptions
  #load: LoadRequest
  #port: InferencePort | null = null
  #loaded: Loaded | null = null
  #wake: () => void = () => undefined
  #results: InferResult[] = []
  #crash: Message | null = null
  #failPending: () => void = () => undefined

  constructor(options: InferenceOptions) {
    this.#options = options
    this.#load = options.load
  }

  /** What runs the model now; null before the start. Changes when a device that crashed is replaced by the CPU. */
  device(): DeviceReport | null {
    return this.#loaded?.device ?? null
  }

  /** Starts the worker and loads the model. Throws AppError when no worker can run it. */
  async start(): Promise<Loaded> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#startOnce()
      if ('type' in outcome) return (this.#loaded = outcome)
      if (attempt >= maxFailedStarts)
        throw new AppError(
          'inference-failed',
          msg('The model could not be started: {{why}}. Try --device cpu, or another model.', {
            why: outcome,
          }),
        )
      if (this.#load.device !== 'cpu') {
        this.#options.onNotice(
          msg('The worker ended while trying the devices ({{why}}); using the CPU.', { why: outcome }),
        )
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
    const source = new Prefetcher(items, () => {
      this.#wake()
    })
    try {
      for (;;) {
        if (signal.aborted) source.stop()
        if (this.#isCrashed()) yield* this.#recover(inFlight)
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
        if (!this.#isCrashed()) await this.#waitForEvent(inFlight.size > 0)
      }
    } finally {
      // Also when the caller stops early, for example because a result could not be stored.
      await source.close()
    }
    source.throwFailure()
  }

  /** Ends the worker; a pending start fails. */
  close(): void {
    const port = this.#port
    this.#port = null
    port?.kill()
    this.#failPending()
  }

  /** See [Note: culprit]. */
  async *#recover(inFlight: Map<number, InferItem>): AsyncGenerator<InferResult[]> {
    const answered = new Set(this.#results.map((result) => result.id))
    const suspects = [...inFlight.values()].filter((item) => !answered.has(item.id))
    const what =
      suspects.length === 0
        ? msg('starting another one')
        : msg('trying {{photos}} photos one by one', { photos: suspects.length })
    this.#options.onNotice(
      msg('The inference worker was lost ({{why}}); {{what}}.', { why: this.#crash ?? verbatim(''), what }),
    )
    await this.start()
    for (const item of suspects) {
      this.#send([item], inFlight)
      while (!this.#isCrashed() && !this.#results.some((result) => result.id === item.id))
        await this.#waitForEvent(true)
      if (this.#isCrashed()) {
        inFlight.delete(item.id)
        const reason = msg('The photo stops the decoder or the model ({{why}}).', {
          why: this.#crash ?? verbatim(''),
        })
        yield [{ ok: false, id: item.id, reason }]
        await this.start()
      }
    }
  }

  #send(items: readonly InferItem[], inFlight: Map<number, InferItem>): void {
    for (const item of items) inFlight.set(item.id, item)
    this.#port?.post({ type: 'infer', topK: this.#options.topK, items: [...items] })
  }

  /** Waits for a message, a prefetched item or the worker's end; kills a worker that holds photos and stays silent. */
  #waitForEvent(isWorkerBusy: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = isWorkerBusy
        ? setTimeout(() => {
            this.#markCrashed(
              msg('no answer for {{seconds}} s', {
                seconds: Math.round(this.#options.stallTimeoutMs / 1000),
              }),
            )
          }, this.#options.stallTimeoutMs)
        : undefined
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = () => undefined
        resolve()
      }
    })
  }

  /** Resolves to the model's description, or to why the worker crashed; throws the error that it reported. */
  async #startOnce(): Promise<Loaded | Message> {
    this.#port?.kill()
    this.#crash = null
    const port = this.#options.spawn()
    this.#port = port
    const { promise, resolve, reject } = Promise.withResolvers<Loaded | Message>()
    this.#failPending = () => {
      reject(new AppError('inference-failed', msg('The start was given up.')))
    }
    const crash = (why: Message) => {
      if (this.#port !== port) return
      resolve(why)
      this.#markCrashed(why)
    }
    port.onExit(crash)
    port.onMessage((raw) => {
      if (this.#port !== port) return
      const { data: message, error } = FromWorker.safeParse(raw)
      if (message === undefined)
        crash(msg('it sent an unexpected message: {{why}}', { why: messageOf(error) }))
      else if (message.type === 'loaded') resolve(message)
      else if (message.type === 'error') reject(new AppError(message.code, message.message))
      else if (message.type === 'heartbeat') this.#wake()
      else if (message.type === 'results') {
        this.#results.push(...message.items)
        this.#wake()
      } else crash(msg('it answered a question that was not asked: {{type}}', { type: message.type }))
    })
    // A driver that never returns must not block the job.
    const timer = setTimeout(() => {
      crash(
        msg('the model was not loaded in {{seconds}} s', {
          seconds: Math.round(this.#options.stallTimeoutMs / 1000),
        }),
      )
    }, this.#options.stallTimeoutMs)
    port.post(this.#load)
    return promise.finally(() => {
      clearTimeout(timer)
    })
  }

  #markCrashed(why: Message): void {
    const port = this.#port
    this.#port = null
    port?.kill()
    this.#crash = why
    this.#wake()
  }

  #isCrashed(): boolean {
    return this.#crash !== null
  }

  #requireLoaded(): Loaded {
    if (this.#loaded === null) throw new Error('start() first')
    return this.#loaded
  }
}
