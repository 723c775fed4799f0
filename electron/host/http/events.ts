// Sends what the core tells as server-sent events.
import type { ServerResponse } from 'node:http'
import { coreEvents, type CoreEventName } from '../../contract/events.ts'
import type { CurrentCore } from '../current-core.ts'

/** Proxies and browsers give up connections on which nothing moves. */
const heartbeatMs = 30_000
/** A page that reads nothing any more, for example in a frozen tab, is let go; its browser connects again. */
const maxUnreadBytes = 4e6

export function sendEvents(response: ServerResponse, slot: CurrentCore): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(':\n\n')
  const stops = (Object.keys(coreEvents) as CoreEventName[]).map((name) =>
    slot.subscribe(name, (event) => {
      if (response.writableLength > maxUnreadBytes) response.destroy()
      else response.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`)
    }),
  )
  const heartbeat = setInterval(() => response.write(':\n\n'), heartbeatMs)
  response.once('close', () => {
    clearInterval(heartbeat)
    for (const stop of stops) stop()
  })
}
