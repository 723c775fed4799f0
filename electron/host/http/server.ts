// The loopback host: the page, the calls, the events and the pictures, for a browser on this machine alone.
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AppError, toWireError } from '../../contract/errors.ts'
import { shellContract } from '../../contract/shell.ts'
import type { WireReply } from '../../contract/transport.ts'
import { createDispatch, type Dispatch } from '../../core/dispatch.ts'
import { english, msg } from '../../texts/message.ts'
import type { CurrentCore } from '../current-core.ts'
import { cacheDir } from '../host-files.ts'
import { browserPlaces, createKnownPaths, guardPaths } from '../page/named-paths.ts'
import { openPicture, toPictureRequest } from '../page/picture-file.ts'
import { securityHeaders } from '../page/security-headers.ts'
import { readPageFile } from '../page/static-files.ts'
import { listRecentLibraries } from '../recent-libraries.ts'
import { HttpError, readJson } from './body.ts'
import { sendEvents } from './events.ts'
import { refuseForeign } from './guard.ts'
import { createSession, type Session } from './session.ts'
import { createBrowserShell } from './shell.ts'
import { createTransfers, type Transfers } from './transfers.ts'

export interface HttpHostOptions {
  readonly slot: CurrentCore
  readonly dataFolder: string
  /** The built page. */
  readonly pageFolder: string
  /** 0: any free one. */
  readonly port: number
  /** Folders below which the page may name files and folders of the user. */
  readonly roots: readonly string[]
}

export interface HttpHost {
  /** With the token; whoever knows it may use the library. */
  readonly url: string
  /** Ends all connections; the core stays open. */
  close(): Promise<void>
}

/** The largest call names a hundred thousand photos. */
const maxCallBytes = 8 * 1024 * 1024
const maxSessionBytes = 4096

const WireRequest = z.object({ method: z.string(), input: z.unknown() })
const SessionRequest = z.object({ token: z.string() })

/** Listens on 127.0.0.1. Throws AppError when the port is taken. */
export async function startHttpHost(options: HttpHostOptions): Promise<HttpHost> {
  const server = http.createServer({ requestTimeout: 60_000, headersTimeout: 10_000 })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening').catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new AppError(
      'bad-request',
      msg('Port {{port}} cannot be used ({{code}}); choose another one with --port.', {
        port: options.port,
        code,
      }),
    )
  })
  const { port } = server.address() as AddressInfo
  const session = createSession(port)
  const transfers = createTransfers(options.dataFolder)
  const answer = createAnswer(options, session, transfers)
  server.on('request', (request, response) => {
    const refusal = refuseForeign(request.headers, request.method ?? '', port)
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    if (refusal !== null) sendText(response, refusal.status, refusal.reason)
    else
      answer(request, response).catch((error: unknown) => {
        fail(response, error)
      })
  })
  return {
    url: `http://127.0.0.1:${port}/#token=${session.token}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      await transfers.close()
    },
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function createAnswer(options: HttpHostOptions, session: Session, transfers: Transfers): Answer {
  const { slot, dataFolder, pageFolder } = options
  const request = createPageRequests(options, transfers)
  const guarded: Record<string, Answer> = {
    'POST /rpc': async (incoming, response) => {
      const call = WireRequest.safeParse(await readJson(incoming, maxCallBytes))
      if (!call.success) throw new HttpError(400, 'A call is {method, input}.')
      const reply = await request(call.data)
      if (call.data.method === 'shell.openLibrary' && reply.ok) {
        session.renew()
        response.setHeader('set-cookie', session.cookie())
      }
      const json = JSON.stringify(reply)
      sendJson(response, namesTransfer.has(call.data.method) ? transfers.rename(json) : json)
    },
    'POST /upload': async (incoming, response) => {
      const name = new URL(incoming.url ?? '', 'http://localhost').searchParams.get('name') ?? ''
      const reply = await receive(transfers, name, incoming)
      sendJson(response, JSON.stringify(reply))
    },
    'GET /events': (_request, response) => {
      sendEvents(response, slot)
      return Promise.resolve()
    },
  }
  return async (incoming, response) => {
    const pathname = /^\/[^?]*/.exec(incoming.url ?? '')?.[0] ?? ''
    const route = `${incoming.method ?? ''} ${pathname}`
    if (route === 'POST /session') {
      await openSession(incoming, response, session)
      return
    }
    const isGet = incoming.method === 'GET'
    const picture = isGet ? toPictureRequest(pathname) : null
    const isDownload = isGet && pathname.startsWith('/download/')
    const handler = guarded[route]
    if (handler === undefined && picture === null && !isDownload) {
      await sendPageFile(incoming, response, pageFolder, pathname)
      return
    }
    if (!session.isMember(incoming.headers.cookie))
      throw new HttpError(401, 'Open Labelroom by the address that it printed.')
    if (handler !== undefined) await handler(incoming, response)
    else if (isDownload) await transfers.send(pathname, response)
    else if (picture !== null)
      await sendPicture(incoming, response, await slot.request(picture), cacheDir(dataFolder))
  }
}

/** Calls whose replies may quote a file that was uploaded or is going to be downloaded. */
const namesTransfer: ReadonlySet<string> = new Set(['imports.labels', 'exports.write', 'exports.check'])

/** Calls of the core and the shell, with no other paths than the page may name. */
function createPageRequests({ slot, dataFolder, roots }: HttpHostOptions, transfers: Transfers): Dispatch {
  const known = createKnownPaths(slot.request)
  const shell = createDispatch(shellContract, createBrowserShell({ slot, dataFolder, roots, transfers }))
  const places = browserPlaces({
    ...{ roots, dataFolder, known },
    libraries: async () => [slot.libraryFile(), ...(await listRecentLibraries(dataFolder))],
    ...{ isUpload: transfers.isUpload, isDownload: transfers.isDownload },
  })
  return guardPaths((call) => (call.method.startsWith('shell.') ? shell(call) : known.request(call)), places)
}

async function receive(transfers: Transfers, name: string, incoming: IncomingMessage): Promise<WireReply> {
  try {
    return { ok: true, output: { path: await transfers.receive(name, incoming) } }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ok: false, error: toWireError(error) }
  }
}

async function openSession(
  request: IncomingMessage,
  response: ServerResponse,
  session: Session,
): Promise<void> {
  const { data } = SessionRequest.safeParse(await readJson(request, maxSessionBytes))
  if (!session.isToken(data?.token)) throw new HttpError(401, 'The token is wrong; use the newest address.')
  response.setHeader('set-cookie', session.cookie())
  response.writeHead(204).end()
}

async function sendPageFile(
  request: IncomingMessage,
  response: ServerResponse,
  pageFolder: string,
  urlPath: string,
): Promise<void> {
  if (request.method !== 'GET') throw new HttpError(405, 'There is no such call.')
  const file = await readPageFile(pageFolder, urlPath)
  if (file === null) throw new HttpError(404, 'There is no such page.')
  response.writeHead(200, {
    'content-type': file.contentType,
    'content-length': file.content.length,
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  response.end(file.content)
}

/** A photo's number means the same picture as long as the cookie lasts: that is in one library. */
async function sendPicture(
  request: IncomingMessage,
  response: ServerResponse,
  reply: WireReply,
  folder: string,
): Promise<void> {
  const picture = await openPicture(reply, folder)
  response.setHeader('etag', picture.etag)
  response.setHeader('cache-control', 'private, max-age=31536000, immutable')
  response.setHeader('vary', 'Cookie')
  if (request.headers['if-none-match'] === picture.etag) {
    await picture.handle.close()
    response.writeHead(304).end()
    return
  }
  response.writeHead(200, { 'content-type': picture.contentType, 'content-length': picture.sizeBytes })
  try {
    await pipeline(picture.handle.createReadStream(), response)
  } finally {
    // A page that scrolled on is gone before the stream begins, and then the stream closes nothing.
    await picture.handle.close()
  }
}

function sendJson(response: ServerResponse, json: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(json)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else if (error instanceof HttpError) {
    // What is left of the body is not read.
    response.setHeader('connection', 'close')
    sendText(response, error.status, error.message)
  } else {
    const { code, message } = toWireError(error)
    sendText(response, code === 'not-found' ? 404 : 500, english(message))
  }
}
