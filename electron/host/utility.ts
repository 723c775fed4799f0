// Entry of the core's process in Electron: opens the library, serves it over ports, and asks main for workers.
import { toWireError } from '../contract/errors.ts'
import { ToCoreProcess, type FromCoreProcess } from '../contract/processes.ts'
import type { Core } from '../core/core.ts'
import type { Log } from '../core/log.ts'
import { openMachineCore } from './open-core.ts'
import { servePort, type HostPort } from './serve-port.ts'
import { createWorkerPorts } from './worker-ports.ts'

interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly HostPort[] }) => void,
  ): void
  postMessage(message: FromCoreProcess): void
}

const { parentPort } = process as unknown as { parentPort: ParentPort }
const workers = createWorkerPorts((message) => {
  parentPort.postMessage(message)
})
let core: Core | null = null

function open({ dataFolder, libraryFile }: { dataFolder: string; libraryFile: string }): void {
  try {
    const log: Log = (level, message) => {
      parentPort.postMessage({ type: 'log', level, message })
    }
    core = openMachineCore({ dataFolder, libraryFile, spawnInference: workers.spawn, log })
    parentPort.postMessage({ type: 'opened' })
  } catch (error) {
    parentPort.postMessage({ type: 'refused', ...toWireError(error) })
  }
}

async function close(): Promise<void> {
  await core?.close()
  process.exit()
}

parentPort.on('message', ({ data, ports: [port] }) => {
  const message = ToCoreProcess.parse(data)
  if (message.type === 'open') open(message)
  else if (message.type === 'close') void close()
  else if (message.type === 'worker-exit') workers.exited(message.id, message.why)
  else if (port === undefined) return
  else if (message.type === 'worker') workers.connect(message.id, port)
  else if (core !== null) servePort(core, port)
})
