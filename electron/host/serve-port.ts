// Answers the calls that come over a MessagePort, and sends every event of the core to it.
import { coreEvents, type CoreEventName } from '../contract/events.ts'
import { PortRequest } from '../contract/processes.ts'
import type { Transport } from '../contract/transport.ts'

/** A MessagePort as Electron's processes have it. */
export interface HostPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(message: unknown): void
  start(): void
}

export function servePort(core: Transport, port: HostPort): void {
  const stops = (Object.keys(coreEvents) as CoreEventName[]).map((event) =>
    core.subscribe(event, (payload) => {
      port.postMessage({ event, payload })
    }),
  )
  port.on('message', ({ data }) => {
    const { data: request } = PortRequest.safeParse(data)
    if (request === undefined) return
    const { id, method, input } = request
    void core.request({ method, input }).then((reply) => {
      port.postMessage({ id, reply })
    })
  })
  port.on('close', () => {
    for (const stop of stops) stop()
  })
  port.start()
}
