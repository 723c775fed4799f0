// The core's ends of the lines to inference workers that Electron's main process starts.
import type { SpawnInference, ToWorker } from '../contract/inference.ts'
import type { FromCoreProcess } from '../contract/processes.ts'
import type { Message } from '../texts/message.ts'
import type { HostPort } from './serve-port.ts'

export interface WorkerPorts {
  readonly spawn: SpawnInference
  /** The worker runs, and this is the line to it. */
  connect(id: number, port: HostPort): void
  exited(id: number, why: Message): void
}

interface Worker {
  port: HostPort | null
  /** Said before the line was there. */
  readonly waiting: ToWorker[]
  readonly onMessage: ((message: unknown) => void)[]
  readonly onExit: ((why: Message) => void)[]
}

/** `post` sends to the main process. */
export function createWorkerPorts(post: (message: FromCoreProcess) => void): WorkerPorts {
  const workers = new Map<number, Worker>()
  let lastId = 0
  return {
    spawn(threads, { isInBackground } = { isInBackground: false }) {
      const id = ++lastId
      const worker: Worker = { port: null, waiting: [], onMessage: [], onExit: [] }
      workers.set(id, worker)
      post({ type: 'start-worker', id, threads, isInBackground })
      return {
        post(message) {
          if (worker.port === null) worker.waiting.push(message)
          else worker.port.postMessage(message)
        },
        onMessage: (listener) => void worker.onMessage.push(listener),
        onExit: (listener) => void worker.onExit.push(listener),
        kill() {
          post({ type: 'kill-worker', id })
        },
      }
    },
    connect(id, port) {
      const worker = workers.get(id)
      if (worker === undefined) return
      worker.port = port
      port.on('message', ({ data }) => {
        for (const listener of worker.onMessage) listener(data)
      })
      port.start()
      for (const message of worker.waiting.splice(0)) port.postMessage(message)
    },
    exited(id, why) {
      const worker = workers.get(id)
      workers.delete(id)
      for (const listener of worker?.onExit ?? []) listener(why)
    },
  }
}
