// Short messages at the edge of the window: what was done, with a way to take it back, and what went wrong.
import { messageOf } from '../api.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'done' | 'error'
  readonly text: string
  readonly action: { readonly label: string; readonly run: () => void } | null
}

const visibleMs = 6_000

export class Toasts {
  #lastId = 0
  items = $state.raw<readonly Toast[]>([])

  /** Says what was done; it goes by itself. */
  done(text: string, action: Toast['action'] = null): void {
    if (action !== null) this.endActions()
    const id = this.#add({ kind: 'done', text, action })
    setTimeout(() => {
      this.dismiss(id)
    }, visibleMs)
  }

  /** Says what went wrong, in the words of the core; it stays until it is dismissed. */
  error(error: unknown): void {
    const text = messageOf(error)
    if (this.items.some((toast) => toast.text === text)) return
    this.#add({ kind: 'error', text, action: null })
  }

  /** An older "Undo" would take back a newer change. */
  endActions(): void {
    this.items = this.items.filter((toast) => toast.action === null)
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id)
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#lastId
    this.items = [...this.items.slice(-3), { id, ...toast }]
    return id
  }
}
