// Short messages at the edge of the window: what was done, with a way to undo it, and what went wrong.
import type { AppErrorCode } from '../../../electron/contract/errors.ts'
import { ApiError, isCancelled } from '../transport/api.ts'
import { messageOf } from '../../../electron/texts/message.ts'
import { sentence, type Text } from '../i18n/i18n.svelte.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'notice' | 'error'
  readonly text: Text
  /** The call that failed, for an error that leaves when it succeeds. */
  readonly method: string | null
  readonly code: AppErrorCode | null
  readonly action: { readonly label: () => string; readonly run: () => void } | null
}

const visibleMs = 6_000
/** How long after the user has left the messages they may still be there. */
const heldMs = 1_000

export class Toasts {
  #lastId = 0
  #stoppedId: number | null = null
  items = $state.raw<readonly Toast[]>([])
  /** Whether the user is at the messages: none leaves from under the pointer or the keys. */
  isHeld: () => boolean = () => false
  /** What the user can do about an error at once; null: nothing. */
  remedyOf: (error: unknown) => Toast['action'] = () => null

  /** Shows what was done, for a few seconds. Returns its id. */
  done(text: Text, action: Toast['action'] = null): number {
    if (action !== null) this.endActions()
    const id = this.#add({ kind: 'done', text, method: null, code: null, action })
    const leave = () => {
      if (this.isHeld()) setTimeout(leave, heldMs)
      else this.dismiss(id)
    }
    setTimeout(leave, visibleMs)
    return id
  }

  /** Shows what the user should know once, until it is dismissed; its action undoes nothing. */
  notice(text: Text, action: NonNullable<Toast['action']>): void {
    this.#add({ kind: 'notice', text, method: null, code: null, action })
  }

  /** Shows an error until it is dismissed, or the call that failed succeeds. */
  error(error: unknown): void {
    this.#addError(messageOf(error), this.remedyOf(error), error instanceof ApiError ? error : null)
  }

  /**
   * Shows how a call of the user ended that was not done: stopped by them, or by an error. `stopped` says what it was, where
   * the core does not.
   */
  ended(error: unknown, stopped?: Text): void {
    if (isCancelled(error)) this.stopped(stopped ?? messageOf(error))
    else this.error(error)
  }

  /** Shows what the user stopped, instead of what they stopped before. */
  stopped(text: Text): void {
    if (this.#stoppedId !== null) this.dismiss(this.#stoppedId)
    this.#stoppedId = this.done(text)
  }

  /** Shows until it is dismissed what went wrong though no call failed. */
  problem(text: Text, action: Toast['action'] = null): void {
    this.#addError(text, action)
  }

  /** What went wrong with the call is over: it has succeeded. */
  endErrorsOf(method: string): void {
    if (this.items.some((toast) => toast.method === method))
      this.items = this.items.filter((toast) => toast.method !== method)
  }

  /** What the error says is missing is there. */
  endErrorsWith(code: AppErrorCode): void {
    if (this.items.some((toast) => toast.code === code))
      this.items = this.items.filter((toast) => toast.code !== code)
  }

  /** What could not be done since this folder was not there can be done: the folder is back. */
  endErrorsOfFolder(folder: string): void {
    const isAbout = ({ kind, text }: Toast) =>
      kind === 'error' &&
      typeof text !== 'function' &&
      Object.values(text.values).some(
        (value) => typeof value === 'string' && `${value}/`.startsWith(`${folder}/`),
      )
    this.items = this.items.filter((toast) => !isAbout(toast))
  }

  /** An older "Undo" would undo a newer change. */
  endActions(): void {
    this.items = this.items.filter((toast) => toast.action === null || toast.kind !== 'done')
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id)
  }

  /** Not a second time while it shows. */
  #addError(text: Text, action: Toast['action'], error: ApiError | null = null): void {
    if (this.items.some((toast) => sentence(toast.text) === sentence(text))) return
    const { method = null, code = null } = error ?? {}
    this.#add({ kind: 'error', text, method, code, action })
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#lastId
    this.items = [...this.items.slice(-3), { id, ...toast }]
    return id
  }
}
