// Prefetches items from an async source, one at a time, while its user waits for other events as well.
export class Prefetcher<T> {
  readonly #source: AsyncIterator<T>
  readonly #onEvent: () => void
  readonly #items: T[] = []
  #isPulling = false
  #isDone = false
  #failure: { readonly error: unknown } | null = null

  /** `onEvent` is called when an item has arrived, or the source has ended or failed. */
  constructor(source: AsyncIterable<T>, onEvent: () => void) {
    this.#source = source[Symbol.asyncIterator]()
    this.#onEvent = onEvent
  }

  /** Requests the next item, unless one is requested already. */
  pull(): void {
    if (this.#isDone || this.#isPulling) return
    this.#isPulling = true
    this.#source
      .next()
      .then(
        (step) => {
          if (step.done === true) this.#isDone = true
          else this.#items.push(step.value)
        },
        (error: unknown) => {
          this.#isDone = true
          this.#failure = { error }
        },
      )
      .finally(() => {
        this.#isPulling = false
        this.#onEvent()
      })
  }

  /** Returns the items that have arrived since the last call. */
  take(): T[] {
    return this.#items.splice(0)
  }

  /** Requests nothing more. */
  stop(): void {
    this.#isDone = true
  }

  /** Whether nothing more will arrive. */
  isOver(): boolean {
    return this.#isDone && !this.#isPulling && this.#items.length === 0
  }

  /** Ends the source and waits until it has cleaned up. */
  async close(): Promise<void> {
    this.#isDone = true
    await this.#source.return?.()
  }

  /** Throws the error with which the source ended, if it did. */
  throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
