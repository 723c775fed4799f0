// The client of the core's contract over any transport, and the transport for a core in the same process.
import { coreContract, type CoreContract } from '../contract/core.ts'
import { AppError } from '../contract/errors.ts'
import type { Client } from '../contract/rpc.ts'
import type { Transport } from '../contract/transport.ts'
import type { Core } from './core.ts'

export type CoreClient = Client<CoreContract>

/** Calls go through `transport`; an error reply becomes a thrown AppError. */
export function createClient(transport: Transport): CoreClient {
  const call = (method: string) => async (input: unknown) => {
    const reply = await transport.request({ method, input })
    if (!reply.ok) throw new AppError(reply.error.code, reply.error.message)
    return reply.output
  }
  const groups = Object.entries(coreContract).map(([group, methods]) => [
    group,
    Object.fromEntries(Object.keys(methods).map((name) => [name, call(`${group}.${name}`)])),
  ])
  return Object.fromEntries(groups) as CoreClient
}

/** Returns the transport for a core in the same process, as in the CLI and the tests. */
export function directTransport(core: Core): Transport {
  return {
    request: (request) => core.dispatch(request),
    subscribe: (name, listener) => core.events.subscribe(name, listener),
  }
}
