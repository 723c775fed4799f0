// Limits the time of work on libuv's thread pool, counted from when a thread takes it up.
import { PhotoError } from './photo-error.ts'

interface Task {
  /** Null while the work waits for a thread. */
  timer: NodeJS.Timeout | null
  readonly startTimer: () => NodeJS.Timeout
}

/** libuv's own default and limits. */
const poolThreads = Math.min(1024, Math.max(1, Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)))
/** In the order in which the work was handed to the pool. */
const inPool = new Set<Task>()

/**
 * [Note: deadline] More photos are handed to the pool than it has threads, so that it never runs dry while the event
 * loop is blocked (see [Note: overlap]), and their wait must not count. Nobody is told when a thread takes work up,
 * but the pool does so in the order of handing over: work with fewer unfinished before it than there are threads has
 * one. Work that is too late still holds its thread, so it keeps its place until it ends.
 */
function startTimers(): void {
  let place = 0
  for (const task of inPool) {
    if (place++ === poolThreads) return
    task.timer ??= task.startTimer()
  }
}

/**
 * Runs one piece of native work, which must be handed to the pool before `work` returns.
 * Rejects with PhotoError 'timeout' when it takes too long on its thread; the work itself is not stopped.
 */
export async function withDeadline<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new PhotoError('timeout', 'The photo took too long to open.'))
    }
    const task: Task = {
      timer: null,
      // After the event loop was blocked timers come first; what was finished meanwhile has to be heard before.
      startTimer: () => setTimeout(() => setImmediate(fail), timeoutMs),
    }
    const run = async (): Promise<T> => {
      try {
        return await work()
      } finally {
        clearTimeout(task.timer ?? undefined)
        inPool.delete(task)
        startTimers()
      }
    }
    inPool.add(task)
    startTimers()
    run().then(resolve, reject)
  })
}
