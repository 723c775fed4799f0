// HTTP with the hub: proxies, redirects, timeouts, and one clear sentence for each failure.
import http from 'node:http'
import https from 'node:https'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { connectionFailure, silence, statusFailure } from './hub-errors.ts'

export interface HubOptions {
  /** Where repositories lie, for example `https://huggingface.co`. */
  readonly baseUrl: string
  /** Access token for models behind terms; sent to the hub only, never to hosts it redirects to. */
  readonly token: string | null
  /** Read for HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly proxyEnv: Readonly<Record<string, string | undefined>>
  /** A connection that is silent for this long is closed. */
  readonly stallTimeoutMs: number
  /** Delays between attempts. */
  readonly retryDelaysMs: readonly number[]
}

export const defaultHubOptions: HubOptions = {
  baseUrl: 'https://huggingface.co',
  token: null,
  proxyEnv: {},
  stallTimeoutMs: 30_000,
  retryDelaysMs: [1000, 2000, 4000, 8000],
}

export interface HubRequest {
  readonly method: 'HEAD' | 'GET'
  readonly url: URL
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** HEAD does not follow a redirect to another host, since the metadata is in that very response. */
  readonly leavesHost: boolean
  /** `repository/file`, for messages. */
  readonly subject: string
}

export interface HubAnswer {
  readonly response: http.IncomingMessage
  /** Merged from all responses of the redirect chain; the last one with a field wins. */
  readonly headers: http.IncomingHttpHeaders
}

export interface Hub {
  readonly options: HubOptions
  /**
   * Returns the response after all redirects, its body not read yet.
   * @throws AppError, or TransientError where a retry may help.
   */
  request(request: HubRequest): Promise<HubAnswer>
  close(): void
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]
const mostRedirects = 5

export function createHub(options: HubOptions): Hub {
  const agentOptions = { keepAlive: true, proxyEnv: { ...options.proxyEnv } }
  const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }
  const authorization = ({ origin }: URL): Readonly<Record<string, string>> =>
    options.token !== null && origin === new URL(options.baseUrl).origin
      ? { authorization: `Bearer ${options.token}` }
      : {}
  const requestOnce = (request: HubRequest, url: URL): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, signal } = request
      const isSecure = url.protocol === 'https:'
      const sent = (isSecure ? https : http).request(url, {
        method,
        signal,
        agent: isSecure ? agents.https : agents.http,
        timeout: options.stallTimeoutMs,
        // A compressed response would have another length than the file.
        headers: {
          'user-agent': 'labelroom',
          'accept-encoding': 'identity',
          ...authorization(url),
          ...request.headers,
        },
      })
      let received: http.IncomingMessage | null = null
      sent.on('timeout', () => {
        // Destroying the request would end a body that is being read with an error that does not name the timeout.
        const target = received ?? sent
        target.destroy(silence(url, options.stallTimeoutMs))
      })
      sent.on('error', (error) => {
        reject(signal.aborted ? error : connectionFailure(error, url))
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
          throw statusFailure(statusCode, response.headers, request.subject, url, options.token !== null)
        }
        const target = new URL(location, url)
        response.resume()
        if (!request.leavesHost && target.host !== url.host) return { response, headers }
        url = target
      }
      throw new AppError(
        'hub-failed',
        msg('{{host}} redirects {{subject}} in circles.', {
          host: request.url.host,
          subject: request.subject,
        }),
      )
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Plain HTTP is allowed only on this machine. */
function checkProtocol({ protocol, hostname, host }: URL): void {
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return
  throw new AppError(
    'hub-failed',
    msg('Models are only downloaded over https, but {{host}} is to be asked over {{protocol}}.', {
      host,
      protocol: protocol.slice(0, -1),
    }),
  )
}
