// Who may use the loopback host: whoever has the token of the printed address, and from then on the cookie.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Session {
  /** Goes into the fragment of the address, which browsers never send. */
  readonly token: string
  isToken(candidate: unknown): boolean
  /** Whether the request's `Cookie` header holds the current cookie. */
  isMember(cookieHeader: string | undefined): boolean
  /** The value of `Set-Cookie`. */
  cookie(): string
  /** Makes another cookie, so that the browser's cache of the old library's pictures is not used for the new one. */
  renew(): void
}

/** Cookies of 127.0.0.1 are sent to all its ports; the port in the name keeps two Labelrooms apart. */
export function createSession(port: number): Session {
  const token = newSecret()
  const name = `labelroom-${port}`
  let secret = newSecret()
  return {
    token,
    isToken: (candidate) => typeof candidate === 'string' && isEqual(candidate, token),
    isMember: (header = '') =>
      header
        .split(/; */)
        .some((pair) => pair.startsWith(`${name}=`) && isEqual(pair.slice(name.length + 1), secret)),
    cookie: () => `${name}=${secret}; HttpOnly; SameSite=Strict; Path=/`,
    renew: () => {
      secret = newSecret()
    },
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Takes the same time wherever the two differ, and whatever their lengths are. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
