// The connection to a core in Electron: a MessagePort from the preload script; calls of the shell go through the bridge.
import { createEmitter } from '../../../electron/common/emitter.ts'
import { createPortClient, type PortClient, type PortMessage } from '../../../electron/common/port-rpc.ts'
import type { WireReply, WireRequest } from '../../../electron/contract/transport.ts'
import { msg } from '../../../electron/texts/message.ts'
import type { AppEventName, AppEvents, AppTransport, ConnectionEvents } from './transport.ts'

const stopped: WireReply = {
  ok: false,
  error: { code: 'internal', message: msg('The core of Labelroom stopped. Try again.') },
}

/** What the preload script exposes to the page. */
export interface Bridge {
  shell(request: WireRequest): Promise<WireReply>
  onShellEvent(listener: (event: { name: string; payload: unknown }) => void): () => void
  /** Asks for a port to the core, which arrives as a window message. */
  connect(): Promise<void>
  /** The paths of dropped files, which a page alone cannot see, and may name from then on. */
  pathsOf(files: readonly File[]): Promise<string[]>
  /** Opens dropped files and folders: `shell.open` says which. */
  open(files: readonly File[]): Promise<void>
}

/** The paths of dropped files, or null in a browser, which keeps them to itself. */
export const pathsOfDrop = async (files: readonly File[]): Promise<string[] | null> =>
  (await (window as { bridge?: Bridge }).bridge?.pathsOf(files)) ?? null

/** Opens dropped files and folders as if the app had been started with them; false in a browser, which hides their paths. */
export async function openDropped(files: readonly File[]): Promise<boolean> {
  const { bridge } = window as { bridge?: Bridge }
  await bridge?.open(files)
  return bridge !== undefined
}

/** Connects through the bridge; a new port after a crash of the core takes the place of the old one. */
export async function connectPort(bridge: Bridge): Promise<AppTransport> {
  const emitter = createEmitter<AppEvents>()
  const connection = createEmitter<ConnectionEvents>()
  const emit = (name: string, payload: unknown) => {
    emitter.emit(name as AppEventName, payload as never)
  }
  let client: PortClient<WireRequest, WireReply> | null = null

  const firstPort = new Promise<void>((resolve) => {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [port] = event.ports
      if (event.source !== window || port === undefined) return
      const isRestart = event.data === 'labelroom:core-restarted'
      if (!isRestart && (event.data !== 'labelroom:core-port' || client !== null)) return
      client?.close(stopped)
      const next = createPortClient<WireRequest, WireReply>((message) => {
        port.postMessage(message)
      }, emit)
      port.onmessage = ({ data }: MessageEvent<PortMessage<WireReply>>) => {
        next.receive(data)
      }
      client = next
      resolve()
      if (isRestart) connection.emit('disconnected', 'core-crashed')
    })
  })
  bridge.onShellEvent(({ name, payload }) => {
    emit(name, payload)
  })
  await bridge.connect()
  await firstPort
  return {
    request(request) {
      if (request.method.startsWith('shell.')) return bridge.shell(request)
      return client === null ? Promise.resolve(stopped) : client.request(request)
    },
    subscribe: emitter.subscribe,
    onDisconnected: (listener) => connection.subscribe('disconnected', listener),
  }
}
