// Where models come from on this machine: the hub's address and the proxy, by the names that other programs use too.
import type { HubOptions } from '../core/models/catalogue/hub.ts'

/**
 * HF_ENDPOINT names another hub or a mirror, HF_TOKEN is for models behind terms; HTTPS_PROXY, HTTP_PROXY and NO_PROXY
 * are the way to it.
 */
export function hubFromEnvironment(env: Readonly<Record<string, string | undefined>>): Partial<HubOptions> {
  const endpoint = env['HF_ENDPOINT']
  const token = env['HF_TOKEN']?.trim()
  return {
    proxyEnv: env,
    token: token === undefined || token === '' ? null : token,
    ...(endpoint === undefined || endpoint === '' ? {} : { baseUrl: endpoint }),
  }
}
