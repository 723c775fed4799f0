// app://labelroom: the page's files, and pictures by opaque ids. Only GET, and nothing else on the disk has a name.
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { toWireError } from '../contract/errors.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import { openPicture, toPictureRequest } from '../host/page/picture-file.ts'
import { securityHeaders } from '../host/page/security-headers.ts'
import { readPageFile } from '../host/page/static-files.ts'
import { english } from '../texts/message.ts'

export interface ProtocolOptions {
  readonly pageFolder: string
  readonly cacheDir: string
  readonly request: (request: WireRequest) => Promise<WireReply>
}

/** Must be called before the app is ready. */
export function declareProtocol(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }])
}

export function serveProtocol(options: ProtocolOptions): void {
  protocol.handle('app', (request) => answer(request, options))
}

async function answer(request: Request, options: ProtocolOptions): Promise<Response> {
  const { host, pathname } = new URL(request.url)
  if (host !== 'labelroom' || request.method !== 'GET') return refuse(403, 'There is no such page.')
  const picture = toPictureRequest(pathname)
  if (picture !== null) return answerPicture(await options.request(picture), options.cacheDir)
  const file = await readPageFile(options.pageFolder, pathname)
  if (file === null) return refuse(404, 'There is no such page.')
  return new Response(new Uint8Array(file.content), {
    headers: { ...securityHeaders, 'content-type': file.contentType },
  })
}

async function answerPicture(reply: WireReply, cacheDir: string): Promise<Response> {
  try {
    const { handle, sizeBytes, contentType } = await openPicture(reply, cacheDir)
    const headers = {
      ...securityHeaders,
      'content-type': contentType,
      'content-length': String(sizeBytes),
      'cache-control': 'no-store',
    }
    return new Response(Readable.toWeb(handle.createReadStream()) as ReadableStream, { headers })
  } catch (error) {
    const { code, message } = toWireError(error)
    return refuse(code === 'not-found' ? 404 : 500, english(message))
  }
}

function refuse(status: number, reason: string): Response {
  return new Response(reason, { status, headers: { ...securityHeaders, 'content-type': 'text/plain' } })
}
