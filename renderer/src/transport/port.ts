// The line to a core in Electron: a MessagePort from the preload script; calls of the shell go through the bridge.
import type { WireReply, WireRequest } from '../../../electron/contract/transport.ts'
import { createListeners } from './listeners.ts'
import type { AppTransport, LostConnection } from './transport.ts'

/** What the preload script exposes to the page. */
export interface Bridge {
  shell(request: WireRequest): Promise<WireReply>
  onShellEvent(listener: (event: { name: string; payload: unknown }) => void): () => void
  /** Asks for a port to the core, which arrives as a window message. */
  connect(): Promise<void>
  /** Where dropped files lie; a page alone is not told. */
  pathsOf(files: readonly File[]): string[]
}

/** The paths of dropped files, or null in a browser, which keeps them to itself. */
export const pathsOfDrop = (files: readonly File[]): string[] | null =>
  (window as { bridge?: Bridge }).bridge?.pathsOf(files) ?? null

interface PortMessage {
  readonly id?: number
  readonly reply?: WireReply
  readonly event?: string
  readonly payload?: unknown
}

/** Connects through the bridge; a new port after a crash of the core takes the place of the old one. */
export async function connectPort(bridge: Bridge): Promise<AppTransport> {
  const listeners = createListeners()
  const waiting = new Map<number, (reply: WireReply) => void>()
  const lost = new Set<(why: LostConnection) => void>()
  let port: MessagePort | null = null
  let lastId = 0

  const receive = ({ data }: MessageEvent<PortMessage>) => {
    if (data.event !== undefined) listeners.emit(data.event, data.payload)
    else if (data.id !== undefined && data.reply !== undefined) {
      waiting.get(data.id)?.(data.reply)
      waiting.delete(data.id)
    }
  }
  const failAll = () => {
    for (const answer of waiting.values())
      answer({ ok: false, error: { code: 'internal', message: 'The core of Labelroom stopped. Try again.' } })
    waiting.clear()
  }

  const firstPort = new Promise<void>((resolve) => {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [next] = event.ports
      if (event.source !== window || next === undefined) return
      const isRestart = event.data === 'labelroom:core-restarted'
      if (!isRestart && (event.data !== 'labelroom:core-port' || port !== null)) return
      failAll()
      port = next
      port.onmessage = receive
      resolve()
      if (isRestart) for (const listener of lost) listener('core-crashed')
    })
  })
  bridge.onShellEvent(({ name, payload }) => {
    listeners.emit(name, payload)
  })
  await bridge.connect()
  await firstPort
  return {
    request(request) {
      if (request.method.startsWith('shell.')) return bridge.shell(request)
      const id = ++lastId
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        port?.postMessage({ id, ...request })
      })
    },
    subscribe: listeners.subscribe,
    onLost(listener) {
      lost.add(listener)
    },
  }
}
