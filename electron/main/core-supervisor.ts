// Keeps a core running: starts it again after a crash, and lets another library take the place of this one.
import type { WebContents } from 'electron'
import { toWireError } from '../contract/errors.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import type { Log } from '../core/log.ts'
import { createCoreClient, type CoreClient } from './core-client.ts'
import { newPorts, startCoreProcess, type CoreProcess } from './core-process.ts'

/** A core that stops more often than this would do it again. */
const maxCrashes = 3
const crashWindowMs = 5 * 60_000

export interface CoreSupervisor {
  readonly libraryFile: () => string
  readonly pid: () => number | undefined
  /** Opens a library; the one before stays open when that fails. Throws AppError. */
  open(libraryFile: string): Promise<void>
  /** Gives the page a port to the core, and another one when the core had to be started again. */
  connectPage(page: WebContents): void
  request(request: WireRequest): Promise<WireReply>
  close(): Promise<void>
}

export interface SupervisorOptions {
  readonly dataFolder: string
  readonly log: Log
  readonly onEvent: (name: string, payload: unknown) => void
  /** The core stopped too often, or its library cannot be opened any more. */
  readonly onGivenUp: (why: string) => void
}

interface Running {
  readonly process: CoreProcess
  readonly client: CoreClient
  readonly libraryFile: string
}

export function createSupervisor({ dataFolder, log, onEvent, onGivenUp }: SupervisorOptions): CoreSupervisor {
  let running: Running | null = null
  let crashesAtMs: number[] = []
  const pages = new Set<WebContents>()

  const start = async (libraryFile: string): Promise<Running> => {
    const process = await startCoreProcess({ dataFolder, libraryFile, log })
    const { port1, port2 } = newPorts()
    process.connectClient(port1)
    const started = { process, client: createCoreClient(port2, onEvent), libraryFile }
    process.onCrash((why) => void recover(started, why))
    return started
  }
  const sendPort = (page: WebContents, isRestart: boolean) => {
    if (running === null || page.isDestroyed()) return
    const { port1, port2 } = newPorts()
    running.process.connectClient(port1)
    page.postMessage('core-port', isRestart, [port2])
  }
  const recover = async (crashed: Running, why: string) => {
    if (running !== crashed) return
    running = null
    crashed.client.abandon()
    log('error', why)
    const now = Date.now()
    crashesAtMs = [...crashesAtMs.filter((at) => now - at < crashWindowMs), now]
    if (crashesAtMs.length > maxCrashes) {
      onGivenUp(why)
      return
    }
    try {
      running = await start(crashed.libraryFile)
      for (const page of pages) sendPort(page, true)
    } catch (error) {
      onGivenUp(toWireError(error).message)
    }
  }
  return {
    libraryFile: () => running?.libraryFile ?? '',
    pid: () => running?.process.pid,
    async open(libraryFile) {
      const before = running
      if (before?.libraryFile === libraryFile) return
      running = await start(libraryFile)
      before?.client.abandon()
      await before?.process.close()
    },
    connectPage(page) {
      if (!pages.has(page)) page.once('destroyed', () => pages.delete(page))
      pages.add(page)
      sendPort(page, false)
    },
    request: (request) =>
      running === null
        ? Promise.resolve({ ok: false, error: { code: 'internal', message: 'The core is starting.' } })
        : running.client.request(request),
    async close() {
      const last = running
      running = null
      last?.client.abandon()
      await last?.process.close()
    },
  }
}
