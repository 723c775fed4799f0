// Learning beside the core's loop: two threads on one copy of the embeddings, progress, and cancelling by task.
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import type { LearningCallName, LearningInput, LearningOutput } from './tasks/index.ts'
import { noReport, type Report } from './algorithms/report.ts'
import type { ThreadOptions } from './protocol.ts'
import { LearningThread, type RunningCall } from './thread.ts'
import { createWholeShare } from './whole-share.ts'

/** Tasks that must not wait for the others, by name: only the threads load the tasks themselves. */
const shortCalls: ReadonlySet<LearningCallName> = new Set(['queue', 'similar', 'find'])
/** After this long without a call, the threads end, and what they have in memory goes with them. */
const idleMs = 5 * 60_000

export interface Learning {
  /** Runs a task of tasks/index.ts. With a `taskId`, progress is emitted and the task can be cancelled. */
  run<N extends LearningCallName>(
    name: N,
    input: LearningInput<N>,
    taskId?: string | null,
  ): Promise<LearningOutput<N>>
  /** Does work of the core that comes before a task and belongs to it: with its progress, and cancelled with it. */
  prepare<T>(taskId: string | null, work: (report: Report) => Promise<T>): Promise<T>
  /** Ends the task with the error `cancelled`; nothing where there is none. */
  cancel(taskId: string): void
  close(): Promise<void>
}

/**
 * [Note: learning threads] Threads have connections of their own, since learning takes long. Calls that a user waits for
 * (`shortCalls`) have a thread of their own, so that a search does not wait for a training. Embeddings are read from disk:
 * see [Note: row sources] and [Note: int8 rows].
 */
export function createLearning(options: ThreadOptions, events: EventHub): Learning {
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const tasks = new Map<string, Pick<RunningCall, 'cancel'>>()
  const onIdle = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void rest(), idleMs).unref()
  }
  const short = new LearningThread(options, onIdle)
  const long = new LearningThread(options, onIdle)
  const rest = async () => {
    if (short.isBusy() || long.isBusy()) return
    await Promise.all([short.close(), long.close()])
  }

  return {
    async run<N extends LearningCallName>(
      name: N,
      input: LearningInput<N>,
      taskId: string | null = null,
    ): Promise<LearningOutput<N>> {
      if (isClosed) throw new AppError('cancelled', msg('The library is being closed.'))
      if (taskId !== null && tasks.has(taskId))
        throw new AppError('bad-request', msg('A task named {{id}} is running already.', { id: taskId }))
      const wholeShare = createWholeShare(name)
      const call = (shortCalls.has(name) ? short : long).call({
        name,
        input,
        onProgress: (step, share) => {
          if (taskId !== null)
            events.emit('learning.progress', { taskId, step, share: wholeShare(step, share) })
        },
      })
      if (taskId !== null) tasks.set(taskId, call)
      try {
        const output = (await call.output) as LearningOutput<N>
        // To receive a large answer takes a moment, and so does checking it: other calls come between.
        await setImmediate()
        return output
      } finally {
        if (taskId !== null) tasks.delete(taskId)
      }
    },
    async prepare<T>(taskId: string | null, work: (report: Report) => Promise<T>): Promise<T> {
      if (taskId === null) return work(noReport)
      let isCancelled = false
      tasks.set(taskId, { cancel: () => (isCancelled = true) })
      try {
        return await work((step, share) => {
          if (isCancelled) throw new AppError('cancelled', msg('It was stopped; the library is as it was.'))
          events.emit('learning.progress', { taskId, step, share })
        })
      } finally {
        tasks.delete(taskId)
      }
    },
    cancel(taskId) {
      tasks.get(taskId)?.cancel()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await Promise.all([short.close(), long.close()])
    },
  }
}
