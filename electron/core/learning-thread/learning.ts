// Learning beside the core's loop: two threads on one copy of the embeddings, progress, and cancelling by task.
import { AppError } from '../../contract/errors.ts'
import type { EventHub } from '../events.ts'
import { shortCalls, type LearningCallName, type LearningInput, type LearningOutput } from '../heads/calls.ts'
import type { EmbeddedLibrary } from '../heads/context.ts'
import type { ThreadOptions } from './protocol.ts'
import { LearningThread, type RunningCall } from './thread.ts'

/** After this long without a call, the threads end and the embeddings leave the memory. */
const idleMs = 5 * 60_000

export interface Learning {
  /** Runs a call of heads/calls.ts. With a `taskId`, progress is told and the task can be cancelled. */
  run<N extends LearningCallName>(
    name: N,
    input: LearningInput<N>,
    taskId?: string | null,
  ): Promise<LearningOutput<N>>
  /** Ends the task with the error `cancelled`; nothing where there is none. */
  cancel(taskId: string): void
  close(): Promise<void>
}

/**
 * [Note: learning threads] Embeddings of one variant are in memory, once, in memory that both threads share: 4 bytes a
 * number, 307 MB for 100,000 photos with 768 numbers each; more only while a call works with them. Calls of people who
 * wait for an answer (`shortCalls`) have a thread of their own, so that a search does not wait for a training.
 */
export function createLearning(options: ThreadOptions, events: EventHub): Learning {
  let library: EmbeddedLibrary | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const tasks = new Map<string, RunningCall>()
  const callbacks = {
    library: () => library,
    onLoaded: (loaded: EmbeddedLibrary) => {
      library = loaded
    },
    onIdle: () => {
      clearTimeout(timer)
      timer = setTimeout(() => void rest(), idleMs).unref()
    },
  }
  const short = new LearningThread(options, callbacks)
  const long = new LearningThread(options, callbacks)
  const rest = async () => {
    if (short.isBusy() || long.isBusy()) return
    library = null
    await Promise.all([short.close(), long.close()])
  }

  return {
    async run<N extends LearningCallName>(
      name: N,
      input: LearningInput<N>,
      taskId: string | null = null,
    ): Promise<LearningOutput<N>> {
      if (isClosed) throw new AppError('cancelled', 'The library is being closed.')
      if (taskId !== null && tasks.has(taskId))
        throw new AppError('bad-request', `A task named ${taskId} is running already.`)
      const call = (name in shortCalls ? short : long).call({
        name,
        input,
        onProgress: (step, share) => {
          if (taskId !== null) events.emit('learning.progress', { taskId, step, share })
        },
      })
      if (taskId !== null) tasks.set(taskId, call)
      try {
        return (await call.output) as LearningOutput<N>
      } finally {
        if (taskId !== null) tasks.delete(taskId)
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
