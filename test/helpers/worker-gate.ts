// An inference worker with a gate before it: after some photos the rest wait until the test lets them through, so that
// what a test does to a running job happens while it runs, however quick the machine is.
import type { InferencePort, ToWorker } from '../../electron/contract/inference.ts'
import { spawnInference } from './shared-workers.ts'

export interface WorkerGate {
  /** For `openTestCore`. */
  readonly spawnInference: (threads: number) => InferencePort
  /** From now on a few photos pass and the others wait. */
  readonly close: () => void
  /** Lets all photos through that wait or come. */
  readonly open: () => void
}

/** Photos that pass before the gate closes, and that are under way at once. */
const passing = 8

export function createWorkerGate(): WorkerGate {
  let left = Infinity
  const held: (() => void)[] = []
  return {
    spawnInference(threads) {
      const port = spawnInference(threads)
      return {
        ...port,
        post(message: ToWorker) {
          const photos = message.type === 'infer' ? message.items.length : 0
          if (photos === 0 || left > 0) port.post(message)
          else held.push(() => port.post(message))
          left -= photos
        },
        onMessage(listener) {
          port.onMessage((message) => {
            listener(withSmallWindow(message))
          })
        },
      }
    },
    close() {
      left = passing
    },
    open() {
      left = Infinity
      for (const post of held.splice(0)) post()
    },
  }
}

/** A worker asks for more photos ahead than small tests have. */
function withSmallWindow(message: unknown): unknown {
  const isLoaded = typeof message === 'object' && message !== null && 'windowSize' in message
  return isLoaded ? { ...message, windowSize: passing } : message
}
