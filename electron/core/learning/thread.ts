// One learning thread as the core sees it: started on demand, ended when idle.
import { Worker } from 'node:worker_threads'
import { AppError, type WireError } from '../../contract/errors.ts'
import { messageOf, msg } from '../../texts/message.ts'
import type { Step } from './algorithms/report.ts'
import type { LearningCallName } from './tasks/index.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

const entry = new URL(`./entry${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
/** A thread that is closing writes what it has begun; one that takes longer is ended. */
const closeTimeoutMs = 5000

export interface ThreadCall {
  readonly name: LearningCallName
  readonly input: unknown
  readonly onProgress: (step: Step, share: number) => void
}

export interface RunningCall {
  readonly output: Promise<unknown>
  cancel(): void
}

interface Waiting extends ThreadCall {
  readonly cancelled: Int32Array
  readonly resolve: (output: unknown) => void
  readonly reject: (error: AppError) => void
}

export class LearningThread {
  readonly #options: ThreadOptions
  readonly #onIdle: () => void
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  /** `onIdle`: nothing is waiting any more. */
  constructor(options: ThreadOptions, onIdle: () => void) {
    this.#options = options
    this.#onIdle = onIdle
  }

  isBusy(): boolean {
    return this.#waiting.size > 0
  }

  call(call: ThreadCall): RunningCall {
    const id = ++this.#lastId
    const cancelled = new Int32Array(new SharedArrayBuffer(4))
    const output = new Promise((resolve, reject) => {
      this.#waiting.set(id, { ...call, cancelled, resolve, reject })
    })
    this.#worker ??= this.#start()
    const { name, input } = call
    this.#post({ type: 'call', id, name, input, cancelled })
    return { output, cancel: () => Atomics.store(cancelled, 0, 1) }
  }

  /** Cancels what is running, and ends the thread with its connection to the library. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    for (const { cancelled } of this.#waiting.values()) Atomics.store(cancelled, 0, 1)
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    this.#post({ type: 'close' })
    const timer = setTimeout(() => void worker.terminate(), closeTimeoutMs)
    await exited
    clearTimeout(timer)
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message)
  }

  #start(): Worker {
    const worker = new Worker(entry, { workerData: this.#options })
    worker.on('message', (message: FromThread) => {
      this.#receive(message)
    })
    let why = msg('it ended')
    worker.on('error', (error: unknown) => {
      why = messageOf(error)
    })
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null
      this.#fail({
        code: 'internal',
        message: msg('The learning thread was lost ({{why}}); try again.', { why }),
      })
    })
    return worker
  }

  #receive(message: FromThread): void {
    const waiting = this.#waiting.get(message.id)
    if (message.type === 'progress') {
      waiting?.onProgress(message.step, message.share)
      return
    }
    this.#waiting.delete(message.id)
    if (message.type === 'done') waiting?.resolve(message.output)
    else waiting?.reject(new AppError(message.error.code, message.error.message))
    if (!this.isBusy()) this.#onIdle()
  }

  #fail({ code, message }: WireError): void {
    for (const { reject } of this.#waiting.values()) reject(new AppError(code, message))
    this.#waiting.clear()
  }
}
