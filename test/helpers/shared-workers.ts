// Inference workers that pass from one core of a process to its next: a new one costs more than a small test's job.
import type { InferencePort } from '../../electron/contract/inference.ts'
import { spawnInference as spawnWorker } from '../../electron/host/spawn-inference.ts'
import type { Message } from '../../electron/texts/message.ts'

/** What the core that has the worker at the moment wants to hear. */
interface Listeners {
  readonly onMessage: ((message: unknown) => void)[]
  readonly onExit: ((why: Message) => void)[]
}

class SharedWorker {
  readonly threads: number
  readonly #port: InferencePort
  #listeners: Listeners = { onMessage: [], onExit: [] }
  /** Photos and other requests that are still to be answered. */
  readonly #pending = { photos: 0, others: 0 }
  #hasEnded = false

  constructor(threads: number) {
    this.threads = threads
    this.#port = spawnWorker(threads)
    this.#port.onMessage((message) => {
      const photos = countPhotos(message)
      if (photos !== null) this.#pending.photos -= photos
      else if (!isHeartbeat(message)) this.#pending.others--
      for (const listener of this.#listeners.onMessage) listener(message)
    })
    this.#port.onExit((why) => {
      this.#hasEnded = true
      if (idle.includes(this)) idle.splice(idle.indexOf(this), 1)
      for (const listener of this.#listeners.onExit) listener(why)
    })
  }

  /** The line for one core. Its `kill` frees the worker for the next, unless that one would get answers of this. */
  lend(): InferencePort {
    const listeners: Listeners = { onMessage: [], onExit: [] }
    this.#listeners = listeners
    let isLent = true
    return {
      post: (message) => {
        if (!isLent) return
        if (message.type === 'infer') this.#pending.photos += message.items.length
        else this.#pending.others++
        this.#port.post(message)
      },
      onMessage: (listener) => void listeners.onMessage.push(listener),
      onExit: (listener) => void listeners.onExit.push(listener),
      kill: () => {
        if (!isLent) return
        isLent = false
        const isFree = this.#pending.photos === 0 && this.#pending.others === 0 && !this.#hasEnded
        if (!isFree) this.#port.kill()
        else {
          this.#listeners = { onMessage: [], onExit: [] }
          idle.push(this)
        }
      },
    }
  }
}

const idle: SharedWorker[] = []

/** How many photos a message is about; null for one that answers another request. */
function countPhotos(message: unknown): number | null {
  const isList = typeof message === 'object' && message !== null && 'items' in message
  return isList ? (message.items as unknown[]).length : null
}

/** Whether the message answers nothing: the worker may send it at any time, also to the next core. */
function isHeartbeat(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'heartbeat'
}

/** In place of `spawnInference`. The workers end with this process. */
export function spawnInference(threads: number): InferencePort {
  const at = idle.findIndex((worker) => worker.threads === threads)
  const [worker = new SharedWorker(threads)] = at === -1 ? [] : idle.splice(at, 1)
  return worker.lend()
}
