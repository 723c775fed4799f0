// Starts inference workers for the core, which cannot start processes itself, and hands it the port to each.
import { fileURLToPath } from 'node:url'
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import type { FromCoreProcess, ToCoreProcess } from '../contract/processes.ts'
import type { Log } from '../core/log.ts'
import { workerEnvironment, workerFlags } from '../host/worker-settings.ts'
import { msg } from '../texts/message.ts'

const entry = fileURLToPath(new URL('../worker/inference.js', import.meta.url))

export interface Workers {
  handle(message: Extract<FromCoreProcess, { type: 'start-worker' | 'kill-worker' }>): void
  killAll(): void
}

/** `post` sends to the core that the workers serve. */
export function startWorkers(
  post: (message: ToCoreProcess, ports?: MessagePortMain[]) => void,
  log: Log,
): Workers {
  const children = new Map<number, UtilityProcess>()
  const start = (id: number, threads: number, isInBackground: boolean) => {
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'Labelroom inference',
      stdio: 'ignore',
      env: workerEnvironment(threads, isInBackground),
      execArgv: [...workerFlags],
    })
    children.set(id, child)
    child.once('exit', (code) => {
      children.delete(id)
      post({ type: 'worker-exit', id, why: msg('the worker ended with code {{code}}', { code }) })
      if (code !== 0) log('info', `worker ${id} ended with code ${code}`)
    })
    const { port1, port2 } = new MessageChannelMain()
    child.postMessage(null, [port1])
    post({ type: 'worker', id }, [port2])
  }
  return {
    handle(message) {
      if (message.type === 'start-worker') start(message.id, message.threads, message.isInBackground)
      else kill(children.get(message.id))
    },
    killAll() {
      for (const child of children.values()) kill(child)
    },
  }
}

/** A worker that hangs in a decoder does not hear of gentler ways. */
function kill(child: UtilityProcess | undefined): void {
  if (child?.pid !== undefined) process.kill(child.pid, 'SIGKILL')
}
