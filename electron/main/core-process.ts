// One process of the core: starts it, opens a library in it, gives ports to its clients, and starts workers for it.
import { fileURLToPath } from 'node:url'
import { app, MessageChannelMain, powerMonitor, utilityProcess, type MessagePortMain } from 'electron'
import type { Backup } from '../contract/backups.ts'
import { AppError } from '../contract/errors.ts'
import { FromCoreProcess, type ChosenUse, type ToCoreProcess } from '../contract/processes.ts'
import { withoutTelemetry } from '../common/runtime-environment.ts'
import type { Log } from '../core/log.ts'
import { msg, type Message } from '../texts/message.ts'
import { watchPower } from './power.ts'
import { startWorkers } from './workers.ts'

const entry = fileURLToPath(new URL('../host/core-process.js', import.meta.url))
/** A library on a slow network drive may be checked for a while after a crash; closing waits for what is in work. */
const closeTimeoutMs = 20_000

export interface CoreProcess {
  readonly pid: number | undefined
  /** The other end of the port calls this core. */
  connectClient(port: MessagePortMain): void
  /** Lets the page name what the user chose; resolves when the core knows it. */
  choose(path: string, use: ChosenUse): Promise<void>
  /** Calls `listener` when the process ends without being asked to. */
  onCrash(listener: (why: Message) => void): void
  /** Lets the core store what it has. */
  close(): Promise<void>
}

export interface CoreProcessOptions {
  readonly dataFolder: string
  readonly libraryFile: string
  /** A backup that takes the place of the library first. */
  readonly restore: string | null
  readonly log: Log
}

/** The library cannot be opened. */
export class RefusedLibrary extends AppError {
  /** Can take the place of a damaged one. */
  readonly backup: Backup | null

  constructor({ code, message, backup }: Pick<Refused, 'code' | 'message' | 'backup'>) {
    super(code, message)
    this.backup = backup
  }
}

type Refused = Extract<FromCoreProcess, { type: 'refused' }>

/** Throws RefusedLibrary when the library cannot be opened. */
export async function startCoreProcess({
  dataFolder,
  libraryFile,
  restore,
  log,
}: CoreProcessOptions): Promise<CoreProcess> {
  const env = withoutTelemetry(process.env)
  // A packaged app loads no native code but its own.
  if (app.isPackaged) delete env['LABELROOM_SQLITE_BINDING']
  const child = utilityProcess.fork(entry, [], { serviceName: 'Labelroom core', stdio: 'pipe', env })
  child.stderr?.on('data', (text: Buffer) => {
    log('warn', `core: ${text.toString().trim()}`)
  })
  const post = (message: ToCoreProcess, ports: MessagePortMain[] = []) => {
    child.postMessage(message, ports)
  }
  const workers = startWorkers(post, log)
  let isClosing = false
  const onChosen = new Map<string, () => void>()
  let onCrash: (why: Message) => void = () => undefined
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      workers.killAll()
      resolve()
      if (!isClosing) onCrash(msg('the core ended with code {{code}}', { code }))
    })
  })
  const opened = new Promise<void>((resolve, reject) => {
    onCrash = (why) => {
      reject(new AppError('internal', msg('The library could not be opened: {{why}}.', { why })))
    }
    child.on('message', (raw: unknown) => {
      const message = FromCoreProcess.parse(raw)
      if (message.type === 'opened') resolve()
      else if (message.type === 'chosen') onChosen.get(message.path)?.()
      else if (message.type === 'refused') reject(new RefusedLibrary(message))
      else if (message.type === 'log') log(message.level, message.message)
      else workers.handle(message)
    })
  })
  const close = async () => {
    isClosing = true
    post({ type: 'close' })
    const timer = setTimeout(() => child.kill(), closeTimeoutMs)
    await exited
    clearTimeout(timer)
  }
  // Before the library is opened, so that a job that waits is not started for a moment.
  const stopWatching = watchPower(powerMonitor, (isOnBattery) => {
    post({ type: 'power', isOnBattery })
  })
  void exited.then(stopWatching)
  post({ type: 'open', dataFolder, libraryFile, restore })
  try {
    await opened
  } catch (error) {
    await close()
    throw error
  }
  return {
    pid: child.pid,
    connectClient: (port) => {
      post({ type: 'client' }, [port])
    },
    choose: async (path, use) => {
      const known = new Promise<void>((resolve) => onChosen.set(path, resolve))
      post({ type: 'chosen', path, use })
      await Promise.race([known, exited])
      onChosen.delete(path)
    },
    onCrash: (listener) => {
      onCrash = listener
    },
    close,
  }
}

/** A pair of ports: one for the core, the other for its client. */
export function newPorts(): { readonly port1: MessagePortMain; readonly port2: MessagePortMain } {
  return new MessageChannelMain()
}
