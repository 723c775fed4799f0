// A client of the core over a message port: matches replies to requests by number, and passes events on. Electron's main
// process and the page use it, each with its own kind of port.

/** What a client sends: the request with a number that the reply repeats. */
export type PortRequest<Request extends object> = Request & { readonly id: number }

/** What comes back: a reply, or an event that nobody asked for. */
export interface PortMessage<Reply> {
  readonly id?: number
  readonly reply?: Reply
  readonly event?: string
  readonly payload?: unknown
}

export interface PortClient<Request extends object, Reply> {
  request(request: Request): Promise<Reply>
  /** Takes each message that arrives at the port. */
  receive(message: PortMessage<Reply>): void
  /** Answers every pending request, and every later one, with `reply`: the other side is gone. */
  close(reply: Reply): void
}

export function createPortClient<Request extends object, Reply>(
  post: (message: PortRequest<Request>) => void,
  onEvent: (name: string, payload: unknown) => void,
): PortClient<Request, Reply> {
  const pending = new Map<number, (reply: Reply) => void>()
  let lastId = 0
  let closedWith: { readonly reply: Reply } | null = null
  return {
    request(request) {
      if (closedWith !== null) return Promise.resolve(closedWith.reply)
      const id = ++lastId
      return new Promise((resolve) => {
        pending.set(id, resolve)
        post({ ...request, id })
      })
    },
    receive({ id, reply, event, payload }) {
      if (event !== undefined) onEvent(event, payload)
      if (id === undefined || reply === undefined) return
      pending.get(id)?.(reply)
      pending.delete(id)
    },
    close(reply) {
      closedWith = { reply }
      for (const resolve of pending.values()) resolve(reply)
      pending.clear()
    },
  }
}
