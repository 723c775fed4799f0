// What the app needs of the connection to its host: calls and events, whatever lies between.
import type { CoreEvents } from '../../../electron/contract/events.ts'
import type { ShellEvents } from '../../../electron/contract/shell.ts'
import type { WireReply, WireRequest } from '../../../electron/contract/transport.ts'

export type AppEvents = CoreEvents & ShellEvents
export type AppEventName = keyof AppEvents

export interface AppTransport {
  readonly request: (request: WireRequest) => Promise<WireReply>
  /** Calls `listener` for each event of that name; returns the function that stops it. */
  readonly subscribe: <N extends AppEventName>(name: N, listener: (event: AppEvents[N]) => void) => () => void
  /** Calls `listener` when the connection breaks, with the reason; returns the function that stops it. */
  readonly onDisconnected: (listener: (why: DisconnectReason) => void) => () => void
}

/** Why the connection is gone: the host has ended, or the core crashed and starts again. */
export type DisconnectReason = 'host-gone' | 'core-crashed'

export interface ConnectionEvents {
  readonly disconnected: DisconnectReason
}
