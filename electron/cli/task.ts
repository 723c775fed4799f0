// Runs a long call about learning or an import with a progress line; Ctrl-C cancels it.
import type { OpenLibrary } from './open-library.ts'
import { createProgressLine, progressBar } from './progress.ts'

/** What is over by then needs no progress. */
const quietMs = 2000
const taskId = 'command'

interface Step {
  readonly name: string
  /** 0..1; null: not known. */
  readonly share: number | null
}

interface Task {
  readonly listen: (update: (step: Step) => void) => () => void
  readonly cancel: () => unknown
}

/** `work` gets the `taskId` for its call about learning; after Ctrl-C that fails with `cancelled`. */
export const withTask = <T>(
  { client, subscribe }: OpenLibrary,
  work: (taskId: string) => Promise<T>,
): Promise<T> =>
  follow(work, {
    listen: (update) =>
      subscribe('learning.progress', ({ step, share }) => {
        update({ name: step, share })
      }),
    cancel: () => client.learning.cancel({ taskId }),
  })

/** The same for an import. */
export const withImport = <T>(
  { client, subscribe }: OpenLibrary,
  work: (taskId: string) => Promise<T>,
): Promise<T> =>
  follow(work, {
    listen: (update) =>
      subscribe('import.progress', ({ stage, share }) => {
        update({ name: stage, share })
      }),
    cancel: () => client.imports.cancel({ taskId }),
  })

async function follow<T>(work: (taskId: string) => Promise<T>, { listen, cancel }: Task): Promise<T> {
  const line = createProgressLine(describeStep)
  const startedAtMs = performance.now()
  const stopListening = listen((step) => {
    if (performance.now() - startedAtMs > quietMs) line.update(step)
  })
  const interrupt = () => void cancel()
  process.once('SIGINT', interrupt)
  try {
    return await work(taskId)
  } finally {
    process.removeListener('SIGINT', interrupt)
    stopListening()
    line.end()
  }
}

/** `[#####-----] 42 % comparing photos`. */
function describeStep({ name, share }: Step, hasBar: boolean): string {
  if (share === null) return name
  const percent = Math.round(100 * share)
  return [...(hasBar ? [progressBar(percent, 100)] : []), `${percent} %`, name].join(' ')
}
