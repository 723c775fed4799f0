// A few threads for the formats libvips lacks; a photo that hangs or crashes its decoder takes down only its thread.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { msg } from '../../texts/message.ts'
import type { PhotoLimits } from '../../contract/inference.ts'
import { decodeLimitMs, startCpuBudget, type CpuBudget } from './cpu-budget.ts'
import type { DecodeOutcome, DecodeReply, DecodeRequest } from './decode-thread.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

interface Job {
  readonly request: DecodeRequest
  readonly limits: PhotoLimits
  readonly resolve: (photo: RawPhoto) => void
  readonly reject: (error: PhotoError) => void
}

/** For pictures, which the user waits for; inference sets its share of the cores. */
let maxThreads = Math.min(availableParallelism(), 2)
/** How many photos of these formats are decoded at once: the share of the cores that this process has. */
export function setDecoderThreads(threads: number): void {
  maxThreads = threads
}

/** Decoders never free their memory, so a thread that has been idle for a while is terminated. */
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
  #idleTimer: NodeJS.Timeout | undefined
  #budget: CpuBudget | undefined

  constructor() {
    this.#worker.on('message', (reply: DecodeReply) => {
      // A reply may have been under way when the thread was terminated.
      if (this.#isStopped) return
      if ('pixels' in reply) {
        const limits = this.#job?.limits
        if (limits !== undefined) this.#budget?.extendTo(decodeLimitMs(limits, reply.pixels))
        return
      }
      this.#finish((job) => {
        settle(job, reply)
      })
      this.#becomeIdle()
    })
    this.#worker.on('error', (cause) => {
      this.#fail(new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'), { cause }))
    })
    this.#worker.on('exit', () => {
      this.#fail(new PhotoError('corrupt', msg('The decoder stopped while it was reading this photo.')))
    })
  }

  start(job: Job): void {
    clearTimeout(this.#idleTimer)
    this.#job = job
    this.#budget = startCpuBudget(job.limits.decodeTimeoutMs, () => {
      this.#fail(new PhotoError('timeout', msg('The photo took too long to open.')))
    })
    this.#worker.ref()
    this.#worker.postMessage(job.request)
  }

  /** Ends the thread whatever it is doing. */
  async stop(): Promise<void> {
    clearTimeout(this.#idleTimer)
    this.#budget?.end()
    this.#isStopped = true
    threads.delete(this)
    if (idle.includes(this)) idle.splice(idle.indexOf(this), 1)
    await this.#worker.terminate()
  }

  #finish(settleJob: (job: Job) => void): void {
    this.#budget?.end()
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

  #becomeIdle(): void {
    idle.push(this)
    // An idle thread must not keep the process alive.
    this.#worker.unref()
    this.#idleTimer = setTimeout(() => void this.stop(), idleMs).unref()
    startWaiting()
  }
}

function settle(job: Job, reply: DecodeOutcome): void {
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

/** Decodes the content of a file to raw pixels in a thread; the time limit runs from when a thread is free. Throws PhotoError. */
export async function decodeInThread(request: DecodeRequest, limits: PhotoLimits): Promise<RawPhoto> {
  return new Promise((resolve, reject) => {
    waiting.push({ request, limits, resolve, reject })
    startWaiting()
  })
}
