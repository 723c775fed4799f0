// The connection to a core behind 127.0.0.1: calls by POST, events by server-sent events, the session in a cookie.
import { createEmitter } from '../../../electron/common/emitter.ts'
import type { WireReply } from '../../../electron/contract/transport.ts'
import { MessageError, msg } from '../../../electron/texts/message.ts'
import type { AppEvents, AppTransport, ConnectionEvents } from './transport.ts'

/** Trades the token of the address for a session. Throws where the address is no longer valid. */
export async function connectHttp(): Promise<AppTransport> {
  await openSession()
  const emitter = createEmitter<AppEvents>()
  const connection = createEmitter<ConnectionEvents>()
  const emitLost = () => {
    connection.emit('disconnected', 'host-gone')
  }
  const events = new EventSource('/events')
  const subscribed = new Set<string>()
  const answered = Promise.withResolvers<null>()
  let isFirst = true
  let failures = 0
  events.onopen = () => {
    failures = 0
    // The page has missed the events of the time without a connection.
    if (!isFirst) location.reload()
    isFirst = false
    answered.resolve(null)
  }
  events.onerror = () => {
    failures++
    // The browser tries again by itself, unless the host refuses; the first time it may only have been interrupted.
    if (events.readyState === EventSource.CLOSED || failures > 1) emitLost()
    answered.resolve(null)
  }
  // No change may be missed between the first answers and the first event.
  await answered.promise
  return {
    async request(request) {
      let response: Response
      try {
        response = await fetch('/rpc', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(request),
        })
      } catch {
        emitLost()
        return {
          ok: false,
          error: { code: 'internal', message: msg('Labelroom is no longer running. Start it again.') },
        }
      }
      const reply = (await response.json()) as WireReply
      // Everything on the page is of the library before; Electron loads it again by itself.
      if (request.method === 'shell.openLibrary' && reply.ok) location.reload()
      return reply
    },
    subscribe(name, listener) {
      if (!subscribed.has(name)) {
        subscribed.add(name)
        events.addEventListener(name, (event) => {
          emitter.emit(name, JSON.parse((event as MessageEvent<string>).data) as AppEvents[typeof name])
        })
      }
      return emitter.subscribe(name, listener)
    },
    onDisconnected: (listener) => connection.subscribe('disconnected', listener),
  }
}

async function openSession(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  // The token stays out of the history and of screenshots; a reload lives by the cookie.
  history.replaceState(null, '', location.pathname)
  if (token === null) return
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  if (!response.ok)
    throw new MessageError(
      msg('This address is no longer valid. Open the one that Labelroom printed when it started.'),
    )
}
