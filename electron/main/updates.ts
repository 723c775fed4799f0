// Asks for a newer version, where the build names a place to ask and the user allows it. Nothing is sent but the request.
import { UpdateCheck } from '../contract/shell.ts'

export interface UpdateOptions {
  /** An address that answers `{ "version": "1.2.3", "url": "https://..." }`; null: this build offers no updates. */
  readonly feed: string | null
  /** Of this program. */
  readonly version: string
  /** Read anew for each check. */
  readonly isAllowed: () => boolean
}

const timeoutMs = 15_000
const maxAnswerLength = 10_000

/** Returns what is known; a server that cannot be reached, or that answers something else, is `failed`. */
export async function checkForUpdate({ feed, version, isAllowed }: UpdateOptions): Promise<UpdateCheck> {
  if (feed === null || !isSafe(feed)) return { state: 'none-offered' }
  if (!isAllowed()) return { state: 'not-allowed' }
  try {
    const response = await fetch(feed, {
      // Without the version, the system or anything else that identifies a user.
      headers: { 'user-agent': 'Labelroom', 'accept-language': '*' },
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = response.ok ? await response.text() : ''
    if (text.length > maxAnswerLength) return { state: 'failed' }
    const answer = UpdateCheck.parse({ state: 'newer', ...(JSON.parse(text) as object) })
    if (answer.state !== 'newer' || !isOfFeed(answer.url, feed)) return { state: 'failed' }
    const order = compareVersions(answer.version, version)
    return order === null ? { state: 'failed' } : order > 0 ? answer : { state: 'current' }
  } catch {
    return { state: 'failed' }
  }
}

/** Whether a page may be shown in the browser: one of the site that tells of new versions. */
export function isOfFeed(url: string, feed: string | null): boolean {
  return feed !== null && isSafe(url) && URL.parse(url)?.origin === URL.parse(feed)?.origin
}

/** On this machine, as in tests, nobody listens in between. */
function isSafe(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1')
}

/** Returns the order of two versions `1.2.3`; null where one is none. What follows a dash comes before the version itself. */
export function compareVersions(a: string, b: string): number | null {
  const form = /^(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?$/
  const left = form.exec(a)
  const right = form.exec(b)
  if (left === null || right === null) return null
  for (const at of [1, 2, 3]) {
    const difference = Number(left[at]) - Number(right[at])
    if (difference !== 0) return difference
  }
  return Number(left[4] === undefined) - Number(right[4] === undefined)
}
