// A worker that is started before anybody asks for one, so that its code is loaded while other code is.
import type { InferencePort } from '../contract/inference.ts'

export interface SpareWorker {
  /** Returns the worker that waits, once, and starts another one each time after. */
  readonly spawn: (threads: number) => InferencePort
  /** Ends the worker if nobody has asked for it. */
  close(): void
}

/** Starts a worker with `threads`, whichever number its first user wants. */
export function startSpareWorker(spawn: (threads: number) => InferencePort, threads: number): SpareWorker {
  let spare: InferencePort | null = spawn(threads)
  spare.onExit(() => {
    spare = null
  })
  spare.post({ type: 'prepare' })
  const take = () => {
    const worker = spare
    spare = null
    return worker
  }
  return {
    spawn: (wanted) => take() ?? spawn(wanted),
    close() {
      take()?.kill()
    },
  }
}
