// Speaks HTTP with the hub: proxies, redirects, silence, and one clear sentence for each way of failing.
import http from 'node:http'
import https from 'node:https'
import { AppError } from '../../contract/errors.ts'
import { PassingFailure } from './retry.ts'

export interface HubOptions {
  /** Where repositories lie, for example `https://huggingface.co`. */
  readonly baseUrl: string
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are taken from here. */
  readonly proxyEnv: Readonly<Record<string, string | undefined>>
  /** A connection that is silent for this long is given up. */
  readonly stallTimeoutMs: number
  /** Waits between tries. */
  readonly retryDelaysMs: readonly number[]
}

export const defaultHubOptions: HubOptions = {
  baseUrl: 'https://huggingface.co',
  proxyEnv: {},
  stallTimeoutMs: 30_000,
  retryDelaysMs: [1000, 2000, 4000, 8000],
}

export interface HubRequest {
  readonly method: 'HEAD' | 'GET'
  readonly url: URL
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** HEAD stops where the hub sends to another host: what it knows of the file is in that very answer. */
  readonly leavesHost: boolean
  /** `repository/file`, for messages. */
  readonly subject: string
}

export interface HubAnswer {
  readonly response: http.IncomingMessage
  /** Of all answers on the way; the last that has a field wins. */
  readonly headers: http.IncomingHttpHeaders
}

export interface Hub {
  readonly options: HubOptions
  /**
   * The answer at the end of all redirects; its body is still to be read.
   * @throws AppError, or PassingFailure where trying again may help.
   */
  request(request: HubRequest): Promise<HubAnswer>
  close(): void
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]
const mostRedirects = 5

export function createHub(options: HubOptions): Hub {
  const agentOptions = { keepAlive: true, proxyEnv: { ...options.proxyEnv } }
  const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }
  const requestOnce = (request: HubRequest, url: URL): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, signal } = request
      const isSecure = url.protocol === 'https:'
      const sent = (isSecure ? https : http).request(url, {
        method,
        signal,
        agent: isSecure ? agents.https : agents.http,
        timeout: options.stallTimeoutMs,
        // Compressed answers would have another length than the file.
        headers: { 'user-agent': 'labelroom', 'accept-encoding': 'identity', ...request.headers },
      })
      let received: http.IncomingMessage | null = null
      sent.on('timeout', () => {
        // Destroying the request would end a body that is being read with an error that says nothing of silence.
        const target = received ?? sent
        target.destroy(new PassingFailure(silent(url, options.stallTimeoutMs)))
      })
      sent.on('error', (error) => {
        reject(signal.aborted ? error : toFailure(error, url))
      })
      sent.on('response', (response) => {
        received = response
        resolve(response)
      })
      sent.end()
    })
  return {
    options,
    async request(request) {
      let { url } = request
      let headers: http.IncomingHttpHeaders = {}
      for (let hop = 0; hop <= mostRedirects; hop++) {
        checkProtocol(url)
        const response = await requestOnce(request, url)
        headers = { ...headers, ...response.headers }
        const { statusCode = 0 } = response
        const { location } = response.headers
        if (!redirects.includes(statusCode) || location === undefined) {
          if (statusCode >= 200 && statusCode < 300) return { response, headers }
          response.resume()
          throw explainStatus(statusCode, response.headers, request, url)
        }
        const target = new URL(location, url)
        response.resume()
        if (!request.leavesHost && target.host !== url.host) return { response, headers }
        url = target
      }
      throw new AppError('hub-failed', `${request.url.host} redirects ${request.subject} in circles.`)
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Plain HTTP is for a server on this very machine. */
function checkProtocol({ protocol, hostname, host }: URL): void {
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return
  throw new AppError(
    'hub-failed',
    `Models are only downloaded over https, but ${host} is to be asked over ${protocol.slice(0, -1)}.`,
  )
}

function silent({ host }: URL, timeoutMs: number): AppError {
  return new AppError(
    'timeout',
    `${host} has been silent for ${timeoutMs / 1000} s. Run the same command again; it goes on from where it stopped.`,
  )
}

/** A connection that could not be made is final; one that broke may be made again. */
export function toFailure(error: Error, { host }: URL): Error {
  if (error instanceof PassingFailure || error instanceof AppError) return error
  const { code = error.message } = error as NodeJS.ErrnoException
  if (['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) || code.startsWith('HPE_')) {
    const sentence = `The connection to ${host} broke again and again (${code}). Run the same command again; it goes on from where it stopped.`
    return new PassingFailure(new AppError('offline', sentence, { cause: error }))
  }
  const sentence = `${host} cannot be reached (${code}). Check the network and the proxy settings, then run the same command again.`
  return new AppError('offline', sentence, { cause: error })
}

function explainStatus(
  status: number,
  headers: http.IncomingHttpHeaders,
  { subject }: HubRequest,
  { host }: URL,
): Error {
  // The hub answers 401 for a repository that does not exist, so that private ones stay secret.
  const isGone = headers['x-error-code'] === 'RepoNotFound'
  if (status === 404 || isGone) {
    return new AppError('hub-not-found', `${host} has no ${subject} (${status}); it was moved or withdrawn.`)
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'hub-forbidden',
      `${host} gives ${subject} only to people who logged in and agreed to its terms (${status}). Download it in a browser and add its folder.`,
    )
  }
  if (status === 429) {
    const waitMs = parseRetryAfter(headers['retry-after'])
    const when = waitMs === null ? 'later' : `in ${Math.ceil(waitMs / 60_000)} min`
    return new PassingFailure(
      new AppError('hub-busy', `${host} asks for fewer requests (429). Run the same command again ${when}.`),
      waitMs,
    )
  }
  const failed = new AppError('hub-failed', `${host} answered ${status} for ${subject}. Try again later.`)
  return status >= 500 ? new PassingFailure(failed, parseRetryAfter(headers['retry-after'])) : failed
}

/** Milliseconds; the header has seconds or a date. */
function parseRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null
  const ms = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
