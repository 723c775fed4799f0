// The main process as a client of the core: pictures, and the preferences that the window follows.
import type { MessagePortMain } from 'electron'
import type { WireReply, WireRequest } from '../contract/transport.ts'

export interface CoreClient {
  request(request: WireRequest): Promise<WireReply>
  /** Every call that is not answered yet fails, and every later one. */
  abandon(): void
}

interface FromCore {
  readonly id?: number
  readonly reply?: WireReply
  readonly event?: string
  readonly payload?: unknown
}

const gone: WireReply = { ok: false, error: { code: 'internal', message: 'The core stopped; try again.' } }

export function createCoreClient(
  port: MessagePortMain,
  onEvent: (name: string, payload: unknown) => void,
): CoreClient {
  const waiting = new Map<number, (reply: WireReply) => void>()
  let lastId = 0
  let isAbandoned = false
  port.on('message', ({ data }) => {
    const { id, reply, event, payload } = data as FromCore
    if (event !== undefined) onEvent(event, payload)
    if (id === undefined || reply === undefined) return
    waiting.get(id)?.(reply)
    waiting.delete(id)
  })
  port.start()
  return {
    request(request) {
      if (isAbandoned) return Promise.resolve(gone)
      const id = ++lastId
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        port.postMessage({ id, ...request })
      })
    },
    abandon() {
      isAbandoned = true
      for (const resolve of waiting.values()) resolve(gone)
      waiting.clear()
    },
  }
}
