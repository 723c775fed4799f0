// Decides from the headers alone whether a request may be looked at: only this machine's browser, only our own page.
import type { IncomingHttpHeaders } from 'node:http'

/** Why a request is refused; null: it may go on. */
export type Refusal = { readonly status: 403 | 421; readonly reason: string } | null

/**
 * The name in `Host` must be ours, or a foreign name that was made to point to 127.0.0.1 (DNS rebinding) would make a
 * foreign page same-origin with us. What browsers say of where a request comes from must be our own page; a request
 * that changes something must say it.
 */
export function refuseForeign(headers: IncomingHttpHeaders, method: string, port: number): Refusal {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = headers
  if (host === undefined || !hosts.includes(host))
    return { status: 421, reason: 'Open Labelroom by the address that it printed.' }
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: 'Requests of other pages are refused.' }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, reason: 'Requests of other pages are refused.' }
  if (method !== 'GET' && origin === undefined && site !== 'same-origin')
    return { status: 403, reason: 'A request must say which page it comes from.' }
  return null
}
