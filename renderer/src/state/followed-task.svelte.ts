// A long task of learning as a screen follows it: how far it is, how long it will go on, and a way to stop it.
import type { AppState } from './app.svelte.ts'
import { leftMs } from './left-ms.ts'

export class FollowedTask {
  readonly #app: AppState
  /** Null while none runs. */
  #id = $state<string | null>(null)
  /** 0..1; null while it is not known. */
  share = $state<number | null>(null)
  /** Null while it cannot be estimated. */
  etaMs = $state<number | null>(null)
  #sinceMs = 0

  constructor(app: AppState) {
    this.#app = app
  }

  get isRunning(): boolean {
    return this.#id !== null
  }

  /** Hears of its progress until the returned function is called. */
  listen(): () => void {
    return this.#app.subscribe('learning.progress', ({ taskId, share }) => {
      if (taskId !== this.#id) return
      this.share = share
      this.etaMs = leftMs(performance.now() - this.#sinceMs, share)
    })
  }

  /** Returns the name of a new task, which is followed instead of the one before. */
  begin(): string {
    const id = crypto.randomUUID()
    this.#id = id
    this.share = null
    this.etaMs = null
    this.#sinceMs = performance.now()
    return id
  }

  /** Whether it is still the task that is followed. */
  is(id: string): boolean {
    return this.#id === id
  }

  /** Does nothing where another task has begun since. */
  end(id: string): void {
    if (this.#id === id) this.#id = null
  }

  readonly cancel = (): void => {
    const id = this.#id
    if (id !== null) void this.#app.attempt(() => this.#app.api.learning.cancel({ taskId: id }))
  }
}
