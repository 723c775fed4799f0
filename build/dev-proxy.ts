// How `npm run dev` passes calls of the page on to the loopback host without weakening the host's checks.
import type { IncomingHttpHeaders } from 'node:http'

export interface ForwardedHeaders {
  readonly host: string | undefined
  readonly origin: string | undefined
}

/**
 * The page comes from Vite's port and the host accepts its own port alone. `Host` and `Origin` are translated only
 * where they name Vite's own address; every other value reaches the host as it is, and the host refuses it.
 */
export function forwardHeaders(
  { host, origin }: IncomingHttpHeaders,
  vitePort: number,
  hostPort: number,
): ForwardedHeaders {
  const name = ['127.0.0.1', 'localhost'].find((candidate) => host === `${candidate}:${vitePort}`)
  if (name === undefined) return { host, origin }
  const isOwnPage = origin === `http://${name}:${vitePort}`
  return { host: `${name}:${hostPort}`, origin: isOwnPage ? `http://${name}:${hostPort}` : origin }
}
