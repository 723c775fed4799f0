// A small server that behaves like the hub: redirects, checksums, ranges; and misbehaves when it is told to.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const hubCommit = '0123456789abcdef0123456789abcdef01234567'

/** Answers a request in place of the hub; false leaves it to the hub. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean

export interface HubServer {
  readonly url: string
  /** `METHOD path range` of every request, in order; `store` before those to the store of large files. */
  readonly log: string[]
  /** Bytes of file contents that were sent. */
  readonly sentBytes: () => number
  /** Content by file name; may be changed while the server runs. */
  readonly files: Map<string, Buffer>
  /** Asked for every request, before the hub and its store answer. */
  misbehave: Misbehaviour | null
  /** Sent instead of a file's content, with its length and checksum unchanged. */
  readonly wrongBytes: Map<string, Buffer>
  readonly close: () => void
}

/** Small files are answered at another path of the hub, `.safetensors` by another host, as the real one does. */
export async function startHub(files: Readonly<Record<string, Buffer>>): Promise<HubServer> {
  let sent = 0
  const servers: http.Server[] = []
  const hub: HubServer = {
    url: '',
    log: [],
    files: new Map(Object.entries(files)),
    wrongBytes: new Map(),
    misbehave: null,
    sentBytes: () => sent,
    close: () => {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
  const sendContent = (request: IncomingMessage, response: ServerResponse, name: string) => {
    const content = hub.wrongBytes.get(name) ?? hub.files.get(name) ?? Buffer.alloc(0)
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const isPart = request.headers.range !== undefined
    if (isPart) response.setHeader('content-range', `bytes ${start}-${content.length - 1}/${content.length}`)
    response.writeHead(isPart ? 206 : 200, { 'content-length': content.length - start })
    if (request.method === 'HEAD') response.end()
    else {
      sent += content.length - start
      response.end(content.subarray(start))
    }
  }
  const listen = async (
    label: string,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) => {
    const server = http.createServer((request, response) => {
      const { method = '', url = '', headers } = request
      hub.log.push([label, method, url, headers.range].filter(Boolean).join(' '))
      if (hub.misbehave?.(request, response) !== true) answer(request, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(server)
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const store = await listen('store', (request, response) => {
    sendContent(request, response, request.url?.split('/').at(-1) ?? '')
  })
  const url = await listen('', (request, response) => {
    const name = request.url?.split('/').at(-1) ?? ''
    const content = hub.files.get(name)
    if (content === undefined) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end()
      return
    }
    response.setHeader('x-repo-commit', hubCommit)
    if (name.endsWith('.safetensors')) {
      response.setHeader('x-linked-etag', `"${createHash('sha256').update(content).digest('hex')}"`)
      response.setHeader('x-linked-size', content.length)
      response.writeHead(302, { location: `${store}/${name}`, etag: '"of-the-pointer"' }).end()
    } else if (request.url?.startsWith('/api/resolve-cache/') === true) {
      const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
      response.setHeader('etag', `"${blob}"`)
      sendContent(request, response, name)
    } else
      response
        .writeHead(307, { location: `/api/resolve-cache${request.url ?? ''}` })
        .end('Temporary Redirect')
  })
  return Object.assign(hub, { url })
}
