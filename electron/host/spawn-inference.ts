// Starts the inference worker as a child process of plain Node, and gives the core its end of the line.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { InferencePort } from '../contract/inference.ts'
import { workerEnvironment, workerFlags } from './worker-settings.ts'

/** The worker's entry: the TypeScript source in a checkout, the compiled file in an installed package. */
const entry = fileURLToPath(
  new URL(`../worker/inference${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** Forks a worker. `threads` sizes the pool on which photos are decoded. */
export function spawnInference(threads: number): InferencePort {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // Warnings of native libraries (a slightly odd JPEG) are no news for the person; results carry the reasons.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [...workerFlags],
    env: { ...process.env, ...workerEnvironment(threads) },
  })
  return {
    post(message) {
      // A worker that has just died cannot be told anything; `onExit` says so.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage(listener) {
      child.on('message', listener)
    },
    onExit(listener) {
      child.on('error', (error) => {
        // Node has no exit to tell of when the process could not be started at all.
        if (child.pid === undefined) listener(error.message)
      })
      child.once('exit', (code, signal) => {
        listener(
          signal === null ? `the worker ended with code ${code ?? 0}` : `the worker was ended by ${signal}`,
        )
      })
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}
