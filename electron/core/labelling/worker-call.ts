// Single questions to an inference worker: started when one is asked, ended when none came for a while.
import { AppError, toWireError } from '../../contract/errors.ts'
import { FromWorker, type InferencePort, type ToWorker } from '../../contract/inference.ts'

export interface WorkerCallsOptions {
  readonly spawn: () => InferencePort
  /** A worker that has not answered by then is ended. */
  readonly timeoutMs: number
}

export interface WorkerCalls {
  /** Asks when all questions before are answered. Throws AppError: the worker's own, or that it was lost. */
  ask(question: ToWorker): Promise<FromWorker>
  /** Ends the worker; what is being asked fails. */
  close(): void
}

/** A worker holds a model and what its last photo took; it is worth that for as long as a person looks at photos. */
const idleMs = 60_000

interface Asked {
  readonly resolve: (answer: FromWorker) => void
  readonly reject: (error: AppError) => void
}

export function createWorkerCalls({ spawn, timeoutMs }: WorkerCallsOptions): WorkerCalls {
  let port: InferencePort | null = null
  let asked: Asked | null = null
  let timer: NodeJS.Timeout | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const settle = (how: (asked: Asked) => void) => {
    clearTimeout(timer)
    const waiting = asked
    asked = null
    if (waiting !== null) how(waiting)
  }
  const lose = (why: string) => {
    port?.kill()
    port = null
    settle(({ reject }) => {
      reject(new AppError('inference-failed', `The inference worker was lost (${why}); try again.`))
    })
  }
  const start = (): InferencePort => {
    const started = spawn()
    started.onExit((why) => {
      if (port === started) lose(why)
    })
    started.onMessage((raw) => {
      if (port !== started) return
      const { data: answer, error } = FromWorker.safeParse(raw)
      if (answer === undefined) lose(`it answered what it may not: ${toWireError(error).message}`)
      else {
        settle(({ resolve, reject }) => {
          if (answer.type === 'error') reject(new AppError(answer.code, answer.message))
          else resolve(answer)
        })
        timer = setTimeout(close, idleMs).unref()
      }
    })
    return started
  }
  const close = () => {
    lose('it was ended')
  }

  const askNow = (question: ToWorker): Promise<FromWorker> => {
    clearTimeout(timer)
    port ??= start()
    const worker = port
    return new Promise((resolve, reject) => {
      asked = { resolve, reject }
      timer = setTimeout(() => {
        lose(`no answer for ${Math.round(timeoutMs / 1000)} s`)
      }, timeoutMs)
      worker.post(question)
    })
  }

  return {
    ask(question) {
      const answer = queue.then(() => askNow(question))
      queue = answer.catch(() => undefined)
      return answer
    },
    close,
  }
}
