// A few threads for the formats libvips lacks; a photo that hangs or crashes its decoder takes down only its thread.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { DecodeReply, DecodeRequest } from './decode-thread.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

interface Job {
  readonly request: DecodeRequest
  readonly timeoutMs: number
  readonly resolve: (photo: RawPhoto) => void
  readonly reject: (error: PhotoError) => void
}

const maxThreads = Math.min(availableParallelism(), 4)
/** Decoders never give memory back, so a thread that has had nothing to do for a while is ended. */
const idleMs = 20_000
const threadFile = new URL(
  './decode-thread' + (import.meta.url.endsWith('.ts') ? '.ts' : '.js'),
  import.meta.url,
)

const waiting: Job[] = []
const idle: Thread[] = []
const threads = new Set<Thread>()

class Thread {
  readonly #worker = new Worker(threadFile)
  #job: Job | null = null
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  constructor() {
    this.#worker.on('message', (reply: DecodeReply) => {
      // A reply may have been on its way already when the thread was ended.
      if (this.#isStopped) return
      this.#finish((job) => {
        settle(job, reply)
      })
      this.#rest()
    })
    this.#worker.on('error', (cause) => {
      this.#fail(new PhotoError('corrupt', 'The file is damaged and cannot be decoded.', { cause }))
    })
    this.#worker.on('exit', () => {
      this.#fail(new PhotoError('corrupt', 'The decoder stopped while it was reading this photo.'))
    })
  }

  start(job: Job): void {
    clearTimeout(this.#timer)
    this.#job = job
    this.#timer = setTimeout(() => {
      this.#fail(new PhotoError('timeout', 'The photo took too long to open.'))
    }, job.timeoutMs)
    this.#worker.ref()
    this.#worker.postMessage(job.request)
  }

  /** Ends the thread whatever it is doing. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#isStopped = true
    threads.delete(this)
    if (idle.includes(this)) idle.splice(idle.indexOf(this), 1)
    await this.#worker.terminate()
  }

  #finish(settleJob: (job: Job) => void): void {
    clearTimeout(this.#timer)
    const job = this.#job
    this.#job = null
    if (job !== null) settleJob(job)
  }

  #fail(error: PhotoError): void {
    this.#finish((job) => {
      job.reject(error)
    })
    void this.stop()
    startWaiting()
  }

  #rest(): void {
    idle.push(this)
    // A thread at rest must not keep the process alive.
    this.#worker.unref()
    this.#timer = setTimeout(() => void this.stop(), idleMs).unref()
    startWaiting()
  }
}

function settle(job: Job, reply: DecodeReply): void {
  if (reply.ok) {
    const { profile } = reply.photo
    // A Buffer arrives from a thread as a plain Uint8Array.
    job.resolve({ ...reply.photo, profile: profile === null ? null : Buffer.from(profile) })
  } else {
    job.reject(new PhotoError(reply.code, reply.message))
  }
}

function startWaiting(): void {
  while (waiting.length > 0) {
    const thread = idle.pop() ?? addThread()
    if (thread === null) return
    const job = waiting.shift()
    if (job !== undefined) thread.start(job)
  }
}

function addThread(): Thread | null {
  if (threads.size >= maxThreads) return null
  const thread = new Thread()
  threads.add(thread)
  return thread
}

/** Decodes a whole file to raw pixels in a thread; the time limit runs from when a thread is free. Throws PhotoError. */
export async function decodeInThread(request: DecodeRequest, timeoutMs: number): Promise<RawPhoto> {
  return new Promise((resolve, reject) => {
    waiting.push({ request, timeoutMs, resolve, reject })
    startWaiting()
  })
}
