// How inference workers run, whichever host starts them.
import { backgroundNice } from '../common/priority.ts'
import { workerVariables } from '../common/runtime-environment.ts'

/**
 * Each photo leaves short-lived buffers behind. Collected early, they keep the memory flat however many photos come;
 * collected earlier still, they would cost more time than memory.
 */
export const workerFlags: readonly string[] = ['--max-semi-space-size=4', '--heap-growing-percent=100']

/** The whole environment of a worker; see `SpawnInference`. */
export function workerEnvironment(threads: number, isInBackground = false): NodeJS.ProcessEnv {
  return {
    ...workerVariables(process.env),
    // glibc keeps one heap per thread by default, each of which grows to the largest photo it has seen.
    MALLOC_ARENA_MAX: '2',
    UV_THREADPOOL_SIZE: String(Math.max(4, threads)),
    // It lowers its priority itself, before it has threads: on Linux each thread has its own.
    ...(isInBackground ? { LABELROOM_NICE: String(backgroundNice) } : {}),
  }
}
