// Calls of the core and the shell in the shape of their contracts: `api.photos.details({ fileId })`.
import type { CoreContract } from '../../../electron/contract/core.ts'
import type { AppErrorCode } from '../../../electron/contract/errors.ts'
import type { Client } from '../../../electron/contract/rpc.ts'
import type { ShellContract } from '../../../electron/contract/shell.ts'
import type { PictureSize } from '../../../electron/contract/photos.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { MessageError, type Message } from '../../../electron/texts/message.ts'
import type { AppTransport } from './transport.ts'

export type Api = Client<CoreContract> & Client<ShellContract>

/** A call that the core refused; `message` is one sentence for the user. */
export class ApiError extends MessageError {
  readonly code: AppErrorCode
  /** The call that failed: `library.scan`. */
  readonly method: string

  constructor(code: AppErrorCode, translatable: Message, method: string) {
    super(translatable)
    this.name = 'ApiError'
    this.code = code
    this.method = method
  }
}

/** Whether a call ended because the user stopped it. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'cancelled'

/**
 * Proxies, so that the renderer carries neither zod nor a second list of the calls. `onDone` is told the method of each
 * call that succeeded.
 */
export function createApi(transport: AppTransport, onDone: (method: string) => void = () => undefined): Api {
  const group = (groupName: string) =>
    new Proxy(
      {},
      {
        get: (_, name) => async (input: unknown) => {
          const method = `${groupName}.${String(name)}`
          const reply = await transport.request({ method, input })
          if (!reply.ok) throw new ApiError(reply.error.code, reply.error.message, method)
          onDone(method)
          return reply.output
        },
      },
    )
  const groups = new Map<string | symbol, unknown>()
  return new Proxy({} as Api, {
    get(_, name) {
      // Without this `await` would take it for a promise.
      if (name === 'then') return undefined
      if (!groups.has(name)) groups.set(name, group(String(name)))
      return groups.get(name)
    },
  })
}

/** Where an `<img>` finds a photo; the host answers with a picture that the worker made. */
export const pictureUrl = (photoId: PhotoId, size: PictureSize): string => `/picture/${size}/${photoId}`
