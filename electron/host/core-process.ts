// Entry of the core's process in Electron: opens the library, serves it over ports, and asks main for workers.
import { listWritten } from '../core/outputs/written-files.ts'
import type { Backup } from '../contract/backups.ts'
import { toWireError } from '../contract/errors.ts'
import { ToCoreProcess, type FromCoreProcess } from '../contract/processes.ts'
import type { Transport } from '../contract/transport.ts'
import type { Log } from '../core/log.ts'
import { listLibraryBackups, restoreBackup } from './backups.ts'
import { openCurrentCore, type CurrentCore } from './current-core.ts'
import { writtenListFile } from './data-folder.ts'
import { createKnownPaths, electronPlaces, guardPaths, noPathsChosen } from './page/named-paths.ts'
import { listRecentLibraries } from './recent-libraries.ts'
import { servePort, type HostPort } from './serve-port.ts'
import { createReportedPower } from './reported-power.ts'
import { createWorkerPorts } from './worker-ports.ts'

interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly HostPort[] }) => void,
  ): void
  postMessage(message: FromCoreProcess): void
}

type OpenRequest = Omit<Extract<ToCoreProcess, { type: 'open' }>, 'type'>

const { parentPort } = process as unknown as { parentPort: ParentPort }
const workers = createWorkerPorts((message) => {
  parentPort.postMessage(message)
})
const power = createReportedPower()
let core: CurrentCore | null = null
/** The core as the page may use it. */
let served: Transport | null = null
const chosen = noPathsChosen()

async function open({ dataFolder, libraryFile, restore }: OpenRequest): Promise<void> {
  try {
    if (restore !== null) await restoreBackup({ dataFolder, libraryFile }, restore)
    const log: Log = (level, message) => {
      parentPort.postMessage({ type: 'log', level, message })
    }
    core = openCurrentCore({ dataFolder, libraryFile, spawnInference: workers.spawn, log, power })
    served = guarded(core, dataFolder)
    parentPort.postMessage({ type: 'opened' })
  } catch (error) {
    const refused = toWireError(error)
    const backup =
      refused.code === 'library-corrupt' ? nextBackup({ dataFolder, libraryFile, restore }) : null
    parentPort.postMessage({ type: 'refused', ...refused, backup })
  }
}

/** The newest backup, or the one before that which could not be restored. */
function nextBackup({ restore, ...place }: OpenRequest): Backup | null {
  const backups = listLibraryBackups(place)
  return backups[backups.findIndex(({ file }) => file === restore) + 1] ?? null
}

function guarded({ request, subscribe }: CurrentCore, dataFolder: string): Transport {
  const known = createKnownPaths(request)
  const written = () => listWritten(writtenListFile(dataFolder))
  const libraries = () => listRecentLibraries(dataFolder)
  const places = electronPlaces({ chosen, written, dataFolder, known, libraries })
  return { request: guardPaths(known.request, places), subscribe }
}

async function close(): Promise<void> {
  await core?.close()
  process.exit()
}

parentPort.on('message', ({ data, ports: [port] }) => {
  const message = ToCoreProcess.parse(data)
  if (message.type === 'open') void open(message)
  else if (message.type === 'close') void close()
  else if (message.type === 'power') power.report(message.isOnBattery)
  else if (message.type === 'chosen') {
    chosen[message.use].add(message.path)
    parentPort.postMessage({ type: 'chosen', path: message.path })
  } else if (message.type === 'worker-exit') workers.exited(message.id, message.why)
  else if (port === undefined) return
  else if (message.type === 'worker') workers.connect(message.id, port)
  else if (served !== null) servePort(served, port)
})
