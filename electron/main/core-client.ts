// The main process as a client of the core: pictures, and the preferences that the window follows.
import type { MessagePortMain } from 'electron'
import { createPortClient, type PortMessage } from '../common/port-rpc.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import { msg } from '../texts/message.ts'

export interface CoreClient {
  request(request: WireRequest): Promise<WireReply>
  /** Every pending call fails, and every later one. */
  close(): void
}

const gone: WireReply = {
  ok: false,
  error: { code: 'internal', message: msg('The core stopped; try again.') },
}

export function createCoreClient(
  port: MessagePortMain,
  onEvent: (name: string, payload: unknown) => void,
): CoreClient {
  const client = createPortClient<WireRequest, WireReply>((message) => {
    port.postMessage(message)
  }, onEvent)
  port.on('message', ({ data }) => {
    client.receive(data as PortMessage<WireReply>)
  })
  port.start()
  return {
    request: (request) => client.request(request),
    close: () => {
      client.close(gone)
    },
  }
}
