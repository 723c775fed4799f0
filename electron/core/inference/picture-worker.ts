// One small worker process that makes pictures: the newest request first, a few at a time, and it survives crashes.
import { AppError } from '../../contract/errors.ts'
import {
  FromWorker,
  type ExifReply,
  type ExifRequest,
  type InferencePort,
  type PictureReply,
  type PictureRequest,
} from '../../contract/inference.ts'
import { english, msg, type Message } from '../../texts/message.ts'
import type { Log } from '../log.ts'

export interface PictureWorkerOptions {
  readonly spawn: () => InferencePort
  /** Requests that the worker has at the same time. */
  readonly concurrency: number
  /** Requests older than these are dropped: the user has scrolled on. */
  readonly maxWaiting: number
  /** A worker that holds a request and is silent for this long is killed. */
  readonly stallTimeoutMs: number
  /** A worker without work is ended after this long. */
  readonly idleMs: number
  readonly log: Log
}

type Request = Omit<PictureRequest, 'id'> | Omit<ExifRequest, 'id'>
type Reply = PictureReply | ExifReply

interface Task {
  readonly id: number
  readonly request: Request
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: AppError) => void
  timer?: NodeJS.Timeout
  /** A worker crashed while it had this request; now it is tried alone. */
  isSuspect: boolean
}

export class PictureWorker {
  readonly #options: PictureWorkerOptions
  readonly #waiting: Task[] = []
  /** Tried one at a time on a new worker, as in [Note: culprit]. */
  readonly #suspects: Task[] = []
  readonly #inFlight = new Map<number, Task>()
  #port: InferencePort | null = null
  #idleTimer: NodeJS.Timeout | undefined
  #nextId = 1
  #isClosed = false

  constructor(options: PictureWorkerOptions) {
    this.#options = options
  }

  /**
   * Throws AppError `cancelled` for a request that was dropped, and `inference-failed` for one that stops the worker.
   */
  async picture(request: Omit<PictureRequest, 'id' | 'type'>): Promise<PictureReply['result']> {
    const reply = await this.#ask({ ...request, type: 'picture' })
    if (reply.type !== 'picture') throw new AppError('internal', msg('The worker answered another question.'))
    return reply.result
  }

  /** Throws as `picture`. */
  async exif(request: Omit<ExifRequest, 'id' | 'type'>): Promise<ExifReply['exif']> {
    const reply = await this.#ask({ ...request, type: 'exif' })
    if (reply.type !== 'exif') throw new AppError('internal', msg('The worker answered another question.'))
    return reply.exif
  }

  /** Ends the worker; pending requests fail with `cancelled`. */
  close(): void {
    this.#isClosed = true
    this.#endWorker()
    const tasks = [...this.#inFlight.values(), ...this.#suspects.splice(0), ...this.#waiting.splice(0)]
    this.#inFlight.clear()
    for (const task of tasks) {
      clearTimeout(task.timer)
      task.reject(new AppError('cancelled', msg('The library is being closed.')))
    }
  }

  #ask(request: Request): Promise<Reply> {
    if (this.#isClosed) throw new AppError('cancelled', msg('The library is being closed.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: this.#nextId++, request, resolve, reject, isSuspect: false })
      if (this.#waiting.length > this.#options.maxWaiting)
        this.#waiting
          .shift()
          ?.reject(new AppError('cancelled', msg('Newer pictures were wanted first; ask again.')))
      this.#pump()
    })
  }

  #pump(): void {
    clearTimeout(this.#idleTimer)
    while (!this.#isClosed) {
      const isAlone = this.#suspects.length > 0
      if (this.#inFlight.size >= (isAlone ? 1 : this.#options.concurrency)) return
      const task = isAlone ? this.#suspects.shift() : this.#waiting.pop()
      if (task === undefined) break
      this.#send(task)
      // A suspect is tried before anything else is sent.
      if (isAlone) return
    }
    if (this.#inFlight.size === 0 && this.#port !== null)
      this.#idleTimer = setTimeout(() => {
        this.#endWorker()
      }, this.#options.idleMs).unref()
  }

  #send(task: Task): void {
    this.#inFlight.set(task.id, task)
    this.#port ??= this.#start()
    const port = this.#port
    task.timer = setTimeout(() => {
      this.#markCrashed(
        port,
        msg('no answer for {{seconds}} s', { seconds: Math.round(this.#options.stallTimeoutMs / 1000) }),
      )
    }, this.#options.stallTimeoutMs)
    port.post({ ...task.request, id: task.id })
  }

  #start(): InferencePort {
    const port = this.#options.spawn()
    port.onExit((why) => {
      this.#markCrashed(port, why)
    })
    port.onMessage((raw) => {
      if (this.#port !== port) return
      const { data: message } = FromWorker.safeParse(raw)
      if (message?.type === 'picture' || message?.type === 'exif') this.#resolve(message)
      else if (message?.type !== 'heartbeat') this.#markCrashed(port, msg('it sent an unexpected message'))
    })
    return port
  }

  #resolve(reply: Reply): void {
    const task = this.#inFlight.get(reply.id)
    this.#inFlight.delete(reply.id)
    clearTimeout(task?.timer)
    task?.resolve(reply)
    this.#pump()
  }

  #markCrashed(port: InferencePort, why: Message): void {
    if (this.#port !== port) return
    this.#endWorker()
    const pending = [...this.#inFlight.values()]
    this.#inFlight.clear()
    for (const task of pending) clearTimeout(task.timer)
    for (const task of pending) {
      this.#options.log('warn', `The picture worker was lost (${english(why)}) at ${task.request.path}`)
      if (task.isSuspect)
        task.reject(new AppError('inference-failed', msg('It stops the decoder ({{why}}).', { why })))
      else {
        task.isSuspect = true
        this.#suspects.push(task)
      }
    }
    this.#pump()
  }

  #endWorker(): void {
    clearTimeout(this.#idleTimer)
    const port = this.#port
    this.#port = null
    port?.kill()
  }
}
