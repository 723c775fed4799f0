// A client of the core behind a loopback host, as the page would be one.
import type { WireReply } from '../../../electron/contract/transport.ts'
import { createClient, type CoreClient } from '../../../electron/core/client.ts'

/** `url` is the address that `labelroom serve` printed. */
export function connectClient(url: string): CoreClient {
  const { origin, hash } = new URL(url)
  const token = hash.replace('#token=', '')
  let cookie = ''
  const post = (path: string, body: unknown) =>
    fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(body),
    })
  const logIn = async () => {
    const response = await post('/session', { token })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
  return createClient({
    async request(request) {
      let response = await post('/rpc', request)
      if (response.status === 401) {
        await logIn()
        response = await post('/rpc', request)
      }
      return (await response.json()) as WireReply
    },
    subscribe: () => () => undefined,
  })
}
