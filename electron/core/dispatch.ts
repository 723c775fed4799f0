// Answers wire requests: unknown method, bad input and errors become replies; input and output are both parsed.
import type { z } from 'zod'
import type { Contract, Handlers } from '../contract/rpc.ts'
import { toWireError } from '../contract/errors.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import { describeError, type Log } from './log.ts'

/** Answers one request; never throws. */
export type Dispatch = (request: WireRequest) => Promise<WireReply>

/**
 * Binds handlers to their contract. Output is parsed too, so that a handler that lies fails its tests. A mistake of ours
 * goes to the log with where it came from; the caller gets its sentence alone.
 */
export function createDispatch<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  log: Log = () => undefined,
): Dispatch {
  return async ({ method, input }) => {
    const [group = '', name = ''] = method.split('.')
    const methods = Object.hasOwn(contract, group) ? contract[group] : undefined
    const procedure = methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined
    if (procedure === undefined)
      return { ok: false, error: { code: 'bad-request', message: `There is no call named ${method}.` } }
    const parsed = procedure.input.safeParse(input)
    if (!parsed.success)
      return {
        ok: false,
        error: { code: 'bad-request', message: `${method}: ${describeIssues(parsed.error)}` },
      }
    try {
      const handler = (handlers as Record<string, Record<string, (input: unknown) => unknown>>)[group]?.[name]
      return { ok: true, output: procedure.output.parse(await handler?.(parsed.data)) }
    } catch (error) {
      const wire = toWireError(error)
      if (wire.code === 'internal') log('error', `${method}: ${describeError(error)}`)
      return { ok: false, error: wire }
    }
  }
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
    .join('; ')
}
