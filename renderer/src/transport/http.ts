// The line to a core behind 127.0.0.1: calls by POST, events by server-sent events, the session in a cookie.
import type { WireReply } from '../../../electron/contract/transport.ts'
import { createListeners } from './listeners.ts'
import type { AppTransport, LostConnection } from './transport.ts'

/** Trades the token of the address for a session. Throws where the address is no longer valid. */
export async function connectHttp(): Promise<AppTransport> {
  await openSession()
  const listeners = createListeners()
  const lost = new Set<(why: LostConnection) => void>()
  const tellLost = () => {
    for (const listener of lost) listener('host-gone')
  }
  const events = new EventSource('/events')
  const listened = new Set<string>()
  const answered = Promise.withResolvers<null>()
  let isFirst = true
  events.onopen = () => {
    // What the core told while the line was down is not on the page.
    if (!isFirst) location.reload()
    isFirst = false
    answered.resolve(null)
  }
  events.onerror = () => {
    // The browser tries again by itself, unless the host refuses or is gone for good.
    if (events.readyState === EventSource.CLOSED) tellLost()
    answered.resolve(null)
  }
  // Nothing may change unheard between the first answers and the first event.
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
        tellLost()
        return {
          ok: false,
          error: { code: 'internal', message: 'Labelroom is no longer running. Start it again.' },
        }
      }
      const reply = (await response.json()) as WireReply
      // Everything on the page is of the library before; Electron loads it again by itself.
      if (request.method === 'shell.openLibrary' && reply.ok) location.reload()
      return reply
    },
    subscribe(name, listener) {
      if (!listened.has(name)) {
        listened.add(name)
        events.addEventListener(name, (event) => {
          listeners.emit(name, JSON.parse((event as MessageEvent<string>).data))
        })
      }
      return listeners.subscribe(name, listener)
    },
    onLost(listener) {
      lost.add(listener)
    },
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
    throw new Error('This address is no longer valid. Open the one that Labelroom printed when it started.')
}
