// Single requests to an inference worker, which is started for the first one and ended when idle.
import { createMutex } from '../../common/mutex.ts'
import { AppError } from '../../contract/errors.ts'
import { FromWorker, type InferencePort, type ToWorker } from '../../contract/inference.ts'
import { messageOf, msg, type Message } from '../../texts/message.ts'

export interface WorkerCallsOptions {
  readonly spawn: () => InferencePort
  /** A worker that has not answered by then is killed. */
  readonly timeoutMs: number
}

export interface WorkerCalls {
  /** Sends the request when all earlier ones are answered. Throws AppError: the worker's own, or that it crashed. */
  ask(question: ToWorker): Promise<FromWorker>
  /** Returns the worker, if it is idle, for somebody else to go on with; the next request starts another one. */
  readonly handOver: () => InferencePort | null
  /** Ends the worker; a pending request fails. */
  close(): void
}

/** A worker holds a model and what its last photo took; that is worth it while the user looks at photos. */
const idleMs = 60_000

interface Pending {
  readonly resolve: (answer: FromWorker) => void
  readonly reject: (error: AppError) => void
}

export function createWorkerCalls({ spawn, timeoutMs }: WorkerCallsOptions): WorkerCalls {
  let port: InferencePort | null = null
  let pending: Pending | null = null
  let timer: NodeJS.Timeout | undefined
  const mutex = createMutex()

  const settlePending = (how: (pending: Pending) => void) => {
    clearTimeout(timer)
    const current = pending
    pending = null
    if (current !== null) how(current)
  }
  const fail = (why: Message) => {
    port?.kill()
    port = null
    settlePending(({ reject }) => {
      reject(
        new AppError('inference-failed', msg('The inference worker was lost ({{why}}); try again.', { why })),
      )
    })
  }
  const start = (): InferencePort => {
    const started = spawn()
    started.onExit((why) => {
      if (port === started) fail(why)
    })
    started.onMessage((raw) => {
      if (port !== started) return
      const { data: answer, error } = FromWorker.safeParse(raw)
      if (answer === undefined) fail(msg('it sent an unexpected message: {{why}}', { why: messageOf(error) }))
      else if (answer.type !== 'heartbeat') {
        settlePending(({ resolve, reject }) => {
          if (answer.type === 'error') reject(new AppError(answer.code, answer.message))
          else resolve(answer)
        })
        timer = setTimeout(close, idleMs).unref()
      }
    })
    return started
  }
  const close = () => {
    fail(msg('it was ended'))
  }

  const askNow = (question: ToWorker): Promise<FromWorker> => {
    clearTimeout(timer)
    port ??= start()
    const worker = port
    return new Promise((resolve, reject) => {
      pending = { resolve, reject }
      timer = setTimeout(() => {
        fail(msg('no answer for {{seconds}} s', { seconds: Math.round(timeoutMs / 1000) }))
      }, timeoutMs)
      worker.post(question)
    })
  }

  const handOver = () => {
    if (port === null || pending !== null) return null
    clearTimeout(timer)
    const idle = port
    port = null
    return idle
  }

  return {
    ask: (question) => mutex.run(() => askNow(question)),
    handOver,
    close,
  }
}
