// Reads the body of a request as JSON, of a size that cannot exhaust the memory.
import type { IncomingMessage } from 'node:http'

/** A request that cannot be answered as it was sent. */
export class HttpError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const maxNesting = 100

/** Whether JSON has more arrays and objects within each other. */
function isNestedDeeper(json: Uint8Array, limit: number): boolean {
  const [quote, backslash] = [0x22, 0x5c]
  let depth = 0
  let isText = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) isText = !isText
    else if (isText && byte === backslash) at++
    // [ and { differ in one bit, as ] and } do.
    else if (!isText && byte !== undefined && (byte | 0x20) === 0x7b && ++depth > limit) return true
    else if (!isText && byte !== undefined && (byte | 0x20) === 0x7d) depth--
  }
  return false
}

/** Throws HttpError. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!/^application\/json(;|$)/.test(request.headers['content-type'] ?? ''))
    throw new HttpError(415, 'Send application/json.')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new HttpError(413, `A request may have at most ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  // Parsing millions of arrays within each other takes seconds; no call has more than a few.
  if (isNestedDeeper(bytes, maxNesting)) throw new HttpError(400, 'The request is nested too deeply.')
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    throw new HttpError(400, 'The request is not JSON.')
  }
}
