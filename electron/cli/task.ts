// Runs a long call about learning with a progress line; Ctrl-C cancels it.
import type { LearningProgress } from '../contract/learning.ts'
import type { OpenLibrary } from './open-library.ts'
import { createProgressLine, progressBar } from './progress.ts'

/** What is over by then needs no progress. */
const quietMs = 2000
const taskId = 'command'

/** `work` gets the `taskId` for its call; after Ctrl-C that fails with `cancelled`. */
export async function withTask<T>(
  { client, subscribe }: OpenLibrary,
  work: (taskId: string) => Promise<T>,
): Promise<T> {
  const line = createProgressLine(describeTask)
  const startedAtMs = performance.now()
  const unsubscribe = subscribe('learning.progress', (progress) => {
    if (performance.now() - startedAtMs > quietMs) line.update(progress)
  })
  const interrupt = () => void client.learning.cancel({ taskId })
  process.once('SIGINT', interrupt)
  try {
    return await work(taskId)
  } finally {
    process.removeListener('SIGINT', interrupt)
    unsubscribe()
    line.end()
  }
}

/** `[#####-----] 42 % comparing photos`. */
function describeTask({ step, share }: LearningProgress, hasBar: boolean): string {
  const percent = Math.round(100 * share)
  return [...(hasBar ? [progressBar(percent, 100)] : []), `${percent} %`, step].join(' ')
}
