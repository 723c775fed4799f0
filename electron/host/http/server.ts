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
import type { CoreSlot } from '../core-slot.ts'
import { cacheDir } from '../open-core.ts'
import { openPicture, toPictureRequest } from '../page/picture-file.ts'
import { securityHeaders } from '../page/security-headers.ts'
import { readPageFile } from '../page/static-files.ts'
import { HttpError, readJson } from './body.ts'
import { sendEvents } from './events.ts'
import { refuseForeign } from './guard.ts'
import { createSession, type Session } from './session.ts'
import { createBrowserShell } from './shell.ts'

export interface HttpHostOptions {
  readonly slot: CoreSlot
  readonly dataFolder: string
  /** The built page. */
  readonly pageFolder: string
  /** 0: any free one. */
  readonly port: number
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
      `Port ${options.port} cannot be used (${code}); choose another one with --port.`,
    )
  })
  const { port } = server.address() as AddressInfo
  const session = createSession(port)
  const answer = createAnswer(options, session)
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
    },
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function createAnswer({ slot, dataFolder, pageFolder }: HttpHostOptions, session: Session): Answer {
  const shell = createDispatch(shellContract, createBrowserShell(slot, dataFolder))
  const guarded: Record<string, Answer> = {
    'POST /rpc': async (request, response) => {
      const call = WireRequest.safeParse(await readJson(request, maxCallBytes))
      if (!call.success) throw new HttpError(400, 'A call is {method, input}.')
      const dispatch: Dispatch = call.data.method.startsWith('shell.') ? shell : slot.request
      const reply = await dispatch(call.data)
      if (call.data.method === 'shell.openLibrary' && reply.ok) {
        session.renew()
        response.setHeader('set-cookie', session.cookie())
      }
      sendJson(response, reply)
    },
    'GET /events': (_request, response) => {
      sendEvents(response, slot)
      return Promise.resolve()
    },
  }
  return async (request, response) => {
    const pathname = /^\/[^?]*/.exec(request.url ?? '')?.[0] ?? ''
    const route = `${request.method ?? ''} ${pathname}`
    if (route === 'POST /session') {
      await openSession(request, response, session)
      return
    }
    const picture = request.method === 'GET' ? toPictureRequest(pathname) : null
    const handler = guarded[route]
    if (handler === undefined && picture === null) {
      await sendPageFile(request, response, pageFolder, pathname)
      return
    }
    if (!session.isMember(request.headers.cookie))
      throw new HttpError(401, 'Open Labelroom by the address that it printed.')
    if (handler !== undefined) await handler(request, response)
    else if (picture !== null)
      await sendPicture(request, response, await slot.request(picture), cacheDir(dataFolder))
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

function sendJson(response: ServerResponse, value: WireReply): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(value))
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
    sendText(response, code === 'not-found' ? 404 : 500, message)
  }
}
