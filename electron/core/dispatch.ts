// Answers wire requests: unknown method, bad input and errors become replies; input and output are both parsed.
import type { z } from 'zod'
import type { Contract, Handlers } from '../contract/rpc.ts'
import { toWireError } from '../contract/errors.ts'
import type { WireReply, WireRequest } from '../contract/transport.ts'
import { msg, verbatim } from '../texts/message.ts'
import { describeError, type Log } from './log.ts'

/** Answers one request; never throws. */
export type Dispatch = (request: WireRequest) => Promise<WireReply>

/**
 * Binds handlers to their contract. Output is parsed too, so that a handler that breaks the contract fails its tests.
 * An internal error goes to the log with its stack; the caller gets its message only.
 */
export function createDispatch<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  log: Log = () => undefined,
): Dispatch {
  return async ({ method, input }) => {
    const [group = '', name = '', ...rest] = method.split('.')
    const methods = rest.length === 0 && Object.hasOwn(contract, group) ? contract[group] : undefined
    const procedure = methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined
    if (procedure === undefined)
      return {
        ok: false,
        error: { code: 'bad-request', message: msg('There is no call named {{method}}.', { method }) },
      }
    const parsed = procedure.input.safeParse(input)
    if (!parsed.success)
      return {
        ok: false,
        error: { code: 'bad-request', message: verbatim(`${method}: ${describeIssues(parsed.error)}`) },
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

const describedIssues = 5

function describeIssues({ issues }: z.ZodError): string {
  const described = issues
    .slice(0, describedIssues)
    .map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
  return described.join('; ') + (issues.length > describedIssues ? '; …' : '')
}
