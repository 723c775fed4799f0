// One clear sentence for each way in which the hub or the way to it fails.
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../contract/errors.ts'
import { PassingFailure } from './retry.ts'

export function silence({ host }: URL, timeoutMs: number): PassingFailure {
  const error = new AppError(
    'timeout',
    `${host} has been silent for ${timeoutMs / 1000} s. Run the same command again; it goes on from where it stopped.`,
  )
  return new PassingFailure(error)
}

/** A connection that could not be made is final; one that broke may be made again. */
export function connectionFailure(error: Error, { host }: URL): Error {
  if (error instanceof PassingFailure || error instanceof AppError) return error
  const { code = error.message } = error as NodeJS.ErrnoException
  if (
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
    code.startsWith('HPE_')
  ) {
    const sentence = `The connection to ${host} broke again and again (${code}). Run the same command again; it goes on from where it stopped.`
    return new PassingFailure(new AppError('offline', sentence, { cause: error }))
  }
  const sentence = `${host} cannot be reached (${code}). Check the network and the proxy settings, then run the same command again.`
  return new AppError('offline', sentence, { cause: error })
}

export function statusFailure(
  status: number,
  headers: IncomingHttpHeaders,
  subject: string,
  { host }: URL,
  hasToken: boolean,
): Error {
  // The hub answers 401 for a repository that does not exist, so that private ones stay secret.
  const isGone = headers['x-error-code'] === 'RepoNotFound'
  if (status === 404 || isGone) {
    return new AppError('hub-not-found', `${host} has no ${subject} (${status}); it was moved or withdrawn.`)
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'hub-forbidden',
      hasToken
        ? `${host} does not give ${subject} to the owner of HF_TOKEN (${status}). Agree to its terms in a browser, or make another token.`
        : `${host} gives ${subject} only to people who logged in and agreed to its terms (${status}). Agree to them in a browser and set HF_TOKEN, or download it there and add its folder.`,
    )
  }
  if (status === 429) {
    const waitMs = parseRetryAfter(headers['retry-after'])
    const when = waitMs === null ? 'after a while' : `in ${Math.ceil(waitMs / 60_000)} min`
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
