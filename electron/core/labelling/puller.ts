// Pulls items from an async source one at a time without waiting for them, so that other news can be heard meanwhile.
export class Puller<T> {
  readonly #source: AsyncIterator<T>
  readonly #onNews: () => void
  readonly #items: T[] = []
  #isPulling = false
  #isDone = false
  #failure: { readonly error: unknown } | null = null

  /** `onNews` is called when an item is there, or the source has ended or failed. */
  constructor(source: AsyncIterable<T>, onNews: () => void) {
    this.#source = source[Symbol.asyncIterator]()
    this.#onNews = onNews
  }

  /** Asks for the next item, unless one is asked for already. */
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
        this.#onNews()
      })
  }

  /** The items that have come; each is given once. */
  take(): T[] {
    return this.#items.splice(0)
  }

  /** Asks for nothing more. */
  stop(): void {
    this.#isDone = true
  }

  /** Whether nothing more will come. */
  isOver(): boolean {
    return this.#isDone && !this.#isPulling && this.#items.length === 0
  }

  /** Lets the source clean up, and waits until it has. */
  async close(): Promise<void> {
    this.#isDone = true
    await this.#source.return?.()
  }

  /** Throws the error with which the source ended, if it did. */
  throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
