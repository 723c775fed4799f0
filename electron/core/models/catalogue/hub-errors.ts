// One clear sentence for each failure of the hub or of the connection to it.
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { TransientError } from './retry.ts'

export function silence({ host }: URL, timeoutMs: number): TransientError {
  const error = new AppError(
    'timeout',
    msg(
      '{{host}} has been silent for {{seconds}} s. Run the same command again; it goes on from where it stopped.',
      { host, seconds: timeoutMs / 1000 },
    ),
  )
  return new TransientError(error)
}

/** A connection that could not be made is final; one that broke is transient. */
export function connectionFailure(error: Error, { host }: URL): Error {
  if (error instanceof TransientError || error instanceof AppError) return error
  const { code = error.message } = error as NodeJS.ErrnoException
  if (
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
    code.startsWith('HPE_')
  ) {
    const sentence = msg(
      'The connection to {{host}} broke again and again ({{code}}). Run the same command again; it goes on from where it stopped.',
      { host, code },
    )
    return new TransientError(new AppError('offline', sentence, { cause: error }))
  }
  const sentence = msg(
    '{{host}} cannot be reached ({{code}}). Check the network and the proxy settings, then run the same command again.',
    { host, code },
  )
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
    return new AppError(
      'hub-not-found',
      msg('{{host}} has no {{subject}} ({{status}}); it was moved or withdrawn.', { host, subject, status }),
    )
  }
  if (status === 401 || status === 403) {
    return new AppError(
      'hub-forbidden',
      hasToken
        ? msg(
            '{{host}} does not give {{subject}} to the owner of HF_TOKEN ({{status}}). Agree to its terms in a browser, or make another token.',
            { host, subject, status },
          )
        : msg(
            '{{host}} gives {{subject}} only to people who logged in and agreed to its terms ({{status}}). Agree to them in a browser and set HF_TOKEN, or download it there and add its folder.',
            { host, subject, status },
          ),
    )
  }
  if (status === 429) {
    const waitMs = parseRetryAfter(headers['retry-after'])
    const when =
      waitMs === null
        ? msg('after a while')
        : msg('in {{minutes}} min', { minutes: Math.ceil(waitMs / 60_000) })
    return new TransientError(
      new AppError(
        'hub-busy',
        msg('{{host}} asks for fewer requests (429). Run the same command again {{when}}.', { host, when }),
      ),
      waitMs,
    )
  }
  const failed = new AppError(
    'hub-failed',
    msg('{{host}} answered {{status}} for {{subject}}. Try again later.', { host, status, subject }),
  )
  return status >= 500 ? new TransientError(failed, parseRetryAfter(headers['retry-after'])) : failed
}

/** Milliseconds; the header has seconds or a date. */
function parseRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null
  const ms = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
