// Limits the processor time of work on libuv's thread pool, counted from when a thread starts it.
import { msg } from '../../texts/message.ts'
import { startCpuBudget, type CpuBudget } from './cpu-budget.ts'
import { PhotoError } from './photo-error.ts'

interface Task {
  /** Null while the work waits for a thread. */
  budget: CpuBudget | null
  readonly startBudget: () => CpuBudget
}

/** libuv's own default and limits. */
const poolThreads = Math.min(1024, Math.max(1, Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)))
/** In the order of submission to the pool. */
const inPool = new Set<Task>()

/**
 * [Note: deadline] More photos are handed to the pool than it has threads, so that it never runs dry while the event
 * loop is blocked (see [Note: overlap]), and their wait must not count. libuv does not report when a thread
 * starts work, but starts it in the order of submission: work that has fewer unfinished pieces before it than there are
 * threads is running. Work that is too late still occupies its thread, so it stays in the list until it ends.
 */
function startBudgets(): void {
  let position = 0
  for (const task of inPool) {
    if (position++ === poolThreads) return
    task.budget ??= task.startBudget()
  }
}

/**
 * Runs one piece of native work, which must be handed to the pool before `work` returns.
 * Rejects with PhotoError 'timeout' when it has had `limitMs` of processor time; the work itself is not stopped.
 * See [Note: CPU budget].
 */
export async function withDeadline<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new PhotoError('timeout', msg('The photo took too long to open.')))
    }
    const task: Task = {
      budget: null,
      startBudget: () => startCpuBudget(limitMs, fail),
    }
    const run = async (): Promise<T> => {
      try {
        return await work()
      } finally {
        task.budget?.end()
        inPool.delete(task)
        startBudgets()
      }
    }
    inPool.add(task)
    startBudgets()
    run().then(resolve, reject)
  })
}
