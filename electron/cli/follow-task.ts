// Follows long work on the command line: a progress line while it runs, and Ctrl-C cancels it.
import { AppError } from '../contract/errors.ts'
import { exitCodes } from './exit-codes.ts'
import type { OpenLibrary } from './open-library.ts'
import { createProgressLine, progressBar, type ProgressLine } from './progress.ts'

export interface FollowedTask<P, T> {
  /** The text of the progress line, with a bar for a terminal. */
  readonly describe: (progress: P, hasBar: boolean) => string
  /** Subscribes to the progress; returns the function that unsubscribes. */
  readonly subscribe: (update: (progress: P) => void) => () => void
  /** Runs at Ctrl-C; `work` is expected to end soon after. */
  readonly cancel: (line: ProgressLine<P>) => unknown
  readonly work: (line: ProgressLine<P>) => Promise<T>
  /** No progress is shown before so many milliseconds: work that is over by then needs none. */
  readonly quietMs?: number
}

/** Resolves and rejects as `work` does. */
export async function followTask<P, T>(task: FollowedTask<P, T>): Promise<T> {
  const { describe, subscribe, cancel, work, quietMs = 0 } = task
  const line = createProgressLine(describe)
  const startedAtMs = performance.now()
  const unsubscribe = subscribe((progress) => {
    if (performance.now() - startedAtMs >= quietMs) line.update(progress)
  })
  try {
    return await withInterrupt(
      () => void cancel(line),
      () => work(line),
    )
  } finally {
    unsubscribe()
    line.end()
  }
}

/** Null after Ctrl-C, which sets the exit code; `explain` says what became of the work. Throws AppError. */
export async function followCancellable<P, T>(
  task: FollowedTask<P, T>,
  explain: (error: AppError) => string,
): Promise<T | null> {
  return followTask<P, T | null>({
    ...task,
    async work(line) {
      try {
        return await task.work(line)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
        line.note(explain(error))
        process.exitCode = exitCodes.interrupted
        return null
      }
    },
  })
}

/** Calls `onInterrupt` at the first Ctrl-C while `work` runs. */
export async function withInterrupt<T>(onInterrupt: () => void, work: () => Promise<T>): Promise<T> {
  process.once('SIGINT', onInterrupt)
  try {
    return await work()
  } finally {
    process.removeListener('SIGINT', onInterrupt)
  }
}

interface Step {
  readonly name: string
  /** 0..1; null: not known. */
  readonly share: number | null
}

/** `FollowedTask.quietMs` of calls that are mostly over by then. */
export const quietMs = 2000
const taskId = 'command'

/** How the calls of each kind say what they do, and are cancelled. */
const kinds = {
  learning: {
    subscribe: ({ subscribe }: OpenLibrary, update: (step: Step) => void) =>
      subscribe('learning.progress', ({ step, share }) => {
        update({ name: step, share })
      }),
    cancel: ({ client }: OpenLibrary) => client.learning.cancel({ taskId }),
  },
  imports: {
    subscribe: ({ subscribe }: OpenLibrary, update: (step: Step) => void) =>
      subscribe('import.progress', ({ stage, share }) => {
        update({ name: stage, share })
      }),
    cancel: ({ client }: OpenLibrary) => client.imports.cancel({ taskId }),
  },
} as const

/** Runs a call that takes long; `work` gets its `taskId`. Fails with `cancelled` after Ctrl-C. */
export function withTask<T>(
  library: OpenLibrary,
  work: (taskId: string) => Promise<T>,
  kind: keyof typeof kinds = 'learning',
): Promise<T> {
  const { subscribe, cancel } = kinds[kind]
  return followTask<Step, T>({
    quietMs,
    describe: describeStep,
    subscribe: (update) => subscribe(library, update),
    cancel: () => cancel(library),
    work: () => work(taskId),
  })
}

/** `[#####-----] 42 % comparing photos`. */
function describeStep({ name, share }: Step, hasBar: boolean): string {
  if (share === null) return name
  const percent = Math.round(100 * share)
  return [...(hasBar ? [progressBar(percent, 100)] : []), `${percent} %`, name].join(' ')
}
