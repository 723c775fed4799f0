// Changes that the user makes, one after the other in the order of the keys: calls side by side may overtake each other,
// and an undo that comes before its label would undo another one.

export class Edits {
  #lastChange: Promise<unknown> = Promise.resolve()
  /** Undo, redo and selections that are under way. */
  #blockingCount = 0
  /** Keys that wait, and when the last of them has acted. */
  #waitingKeyCount = 0
  #lastKey: Promise<unknown> = Promise.resolve()
  readonly #refreshers = new Set<() => Promise<unknown>>()
  readonly #onStart: () => void

  /** @param onStart is called before each change is made. */
  constructor(onStart: () => void = () => undefined) {
    this.#onStart = onStart
  }

  /** Makes a change when all before it are made. */
  run<T>(change: () => Promise<T>): Promise<T> {
    this.#onStart()
    const done = this.#lastChange.then(change)
    this.#lastChange = done.catch(() => undefined)
    return done
  }

  /** Undo or redo. It is done when the screens show what came of it. */
  async navigateHistory(change: () => Promise<unknown>): Promise<void> {
    this.#blockingCount++
    try {
      if (this.#waitingKeyCount > 0) await this.#lastKey
      await this.run(async () => {
        await change()
        await Promise.all([...this.#refreshers].map((refresh) => refresh()))
      })
    } finally {
      this.#blockingCount--
    }
  }

  /** Begins at once, and what comes after it waits: for a selection whose photos the core has to name. */
  async block(work: () => Promise<unknown>): Promise<void> {
    this.#blockingCount++
    const done = work()
    this.#lastChange = Promise.allSettled([this.#lastChange, done])
    try {
      await done
    } finally {
      this.#blockingCount--
    }
  }

  /**
   * For keys that mean what is shown: at once, or when an undo, redo or selection under way is done, or where `isChanging`
   * is true because what shows is being changed. What shows until then is outdated, so that no key can mean it.
   */
  whenIdle(act: () => void, isChanging = false): void {
    if (this.#blockingCount === 0 && this.#waitingKeyCount === 0 && !isChanging) {
      act()
      return
    }
    this.#waitingKeyCount++
    // What the key before has begun is saved first: this one means what came of it.
    const acted = this.#lastKey.then(() => this.settled()).then(act)
    this.#lastKey = acted.catch(() => undefined)
    void acted.finally(() => {
      this.#waitingKeyCount--
    })
  }

  /** `refresh` brings a screen up to date after an undo or redo; keys wait for it. Returns the function that ends this. */
  onHistoryNavigated(refresh: () => Promise<unknown>): () => void {
    this.#refreshers.add(refresh)
    return () => this.#refreshers.delete(refresh)
  }

  /** When every change up to now is saved. */
  async settled(): Promise<void> {
    await this.#lastChange
  }
}
