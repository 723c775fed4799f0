// Starts the inference worker as a child process of plain Node, and gives the core its end of the line.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SpawnInference } from '../contract/inference.ts'
import { msg, verbatim } from '../texts/message.ts'
import { workerEnvironment, workerFlags } from './worker-settings.ts'

/** The worker's entry: the TypeScript source in a checkout, the compiled file in an installed package. */
const entry = fileURLToPath(
  new URL(`../worker/inference${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** Forks a worker. */
export const spawnInference: SpawnInference = (threads, { isInBackground } = { isInBackground: false }) => {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // Warnings of native libraries (a slightly odd JPEG) do not concern the user; results carry the reasons.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [...workerFlags],
    env: workerEnvironment(threads, isInBackground),
  })
  return {
    post(message) {
      // A worker that has just died receives nothing; `onExit` reports it.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage(listener) {
      child.on('message', listener)
    },
    onExit(listener) {
      child.on('error', (error) => {
        // Node emits no exit when the process could not be started at all.
        if (child.pid === undefined) listener(verbatim(error.message))
      })
      child.once('exit', (code, signal) => {
        listener(
          signal === null
            ? msg('the worker ended with code {{code}}', { code: code ?? 0 })
            : msg('the worker was ended by {{signal}}', { signal }),
        )
      })
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}
