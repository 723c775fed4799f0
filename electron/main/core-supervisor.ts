// Keeps a core running: starts it again after a crash, and lets another library take the place of this one.
import type { MessagePortMain, WebContents } from 'electron'
import { createMutex } from '../common/mutex.ts'
import type { ChosenUse } from '../contract/processes.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import type { Log } from '../core/log.ts'
import { noPathsChosen, type ChosenPaths } from '../host/page/named-paths.ts'
import { english, messageOf, msg, type Message } from '../texts/message.ts'
import { createCoreClient, type CoreClient } from './core-client.ts'
import type { CoreProcess } from './core-process.ts'

/** A core that stops more often than this would do it again. */
const maxCrashes = 3
const crashWindowMs = 5 * 60_000

export interface CoreSupervisor {
  readonly libraryFile: () => string
  readonly pid: () => number | undefined
  /** Opens a library, or first restores a backup of it; the one before stays open when that fails. Throws AppError. */
  open(libraryFile: string, restore?: string | null): Promise<void>
  /** Sends the page a port to the core, and another one when the core had to be started again. */
  connectPage(page: WebContents): void
  request(request: WireRequest): Promise<WireReply>
  /** What the user chose so far. */
  readonly chosen: ChosenPaths
  /** Lets the page name what the user chose, until the app ends; resolves when the core knows it. */
  choose(path: string, use: ChosenUse): Promise<void>
  close(): Promise<void>
}

export interface SupervisorOptions {
  /** Throws AppError when the library cannot be opened. */
  readonly startProcess: (libraryFile: string, restore: string | null) => Promise<CoreProcess>
  readonly newPorts: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain }
  readonly log: Log
  readonly onEvent: (name: string, payload: unknown) => void
  /** The core stopped too often, or its library cannot be opened any more. */
  readonly onGivenUp: (why: Message) => void
}

interface Running {
  readonly process: CoreProcess
  readonly client: CoreClient
  readonly libraryFile: string
  hasCrashed: boolean
}

export function createSupervisor(options: SupervisorOptions): CoreSupervisor {
  const { startProcess, newPorts, log, onEvent, onGivenUp } = options
  let running: Running | null = null
  let isClosed = false
  let crashesAtMs: number[] = []
  const pages = new Set<WebContents>()
  const chosen = noPathsChosen()

  // Opening a library and starting one again take seconds, and either may be asked for during the other. One after the
  // other, each finds what the other left; side by side, the slower one would push out what the user asked for last.
  const mutex = createMutex()

  const start = async (libraryFile: string, restore: string | null): Promise<Running> => {
    const process = await startProcess(libraryFile, restore)
    for (const use of ['input', 'output'] as const)
      for (const path of chosen[use]) await process.choose(path, use)
    const { port1, port2 } = newPorts()
    process.connectClient(port1)
    const client = createCoreClient(port2, onEvent)
    const started: Running = { process, client, libraryFile, hasCrashed: false }
    process.onCrash((why) => {
      log('error', english(why))
      started.hasCrashed = true
      client.close()
      void mutex.run(() => recover(started, why))
    })
    return started
  }
  const end = async (last: Running | null) => {
    last?.client.close()
    if (last?.hasCrashed === false) await last.process.close()
  }
  /** Ends what was started for nobody, when the app is closed meanwhile. */
  const use = async (started: Running) => {
    if (isClosed) await end(started)
    else running = started
  }
  const sendPort = (page: WebContents, isRestart: boolean) => {
    if (running === null || running.hasCrashed || page.isDestroyed()) return
    const { port1, port2 } = newPorts()
    running.process.connectClient(port1)
    page.postMessage('core-port', isRestart, [port2])
  }
  const recover = async (crashed: Running, why: Message) => {
    // Another library may have taken its place, and then nobody misses it.
    if (running !== crashed || isClosed) return
    const now = Date.now()
    crashesAtMs = [...crashesAtMs.filter((at) => now - at < crashWindowMs), now]
    if (crashesAtMs.length > maxCrashes) {
      onGivenUp(why)
      return
    }
    try {
      await use(await start(crashed.libraryFile, null))
      for (const page of pages) sendPort(page, true)
    } catch (error) {
      onGivenUp(messageOf(error))
    }
  }
  return {
    libraryFile: () => running?.libraryFile ?? '',
    pid: () => running?.process.pid,
    open: (libraryFile, restore = null) =>
      mutex.run(async () => {
        const before = running
        if (before?.libraryFile === libraryFile && !before.hasCrashed) return
        await use(await start(libraryFile, restore))
        await end(before)
      }),
    connectPage(page) {
      if (!pages.has(page)) page.once('destroyed', () => pages.delete(page))
      pages.add(page)
      sendPort(page, false)
    },
    request: (request) =>
      running === null
        ? Promise.resolve({ ok: false, error: { code: 'internal', message: msg('The core is starting.') } })
        : running.client.request(request),
    chosen,
    async choose(path, use) {
      chosen[use].add(path)
      await running?.process.choose(path, use)
    },
    close() {
      isClosed = true
      return end(running)
    },
  }
}
