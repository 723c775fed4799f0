// How a client reaches the core, whatever is between them: nothing, a MessagePort, or HTTP on 127.0.0.1.
import type { CoreEventName, CoreEvents } from './events.ts'
import type { WireError } from './errors.ts'

export interface WireRequest {
  /** `group.method`, for example `jobs.start`. */
  readonly method: string
  readonly input: unknown
}

export type WireReply =
  { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: WireError }

export interface Transport {
  readonly request: (request: WireRequest) => Promise<WireReply>
  /** Calls `listener` for each event of that name; returns the function that stops it. */
  readonly subscribe: <N extends CoreEventName>(
    name: N,
    listener: (event: CoreEvents[N]) => void,
  ) => () => void
}
