// Changes that the user makes, one after the other in the order of the keys: calls side by side may overtake each other,
// and an undo that comes before its label would undo another one.

export class Edits {
  #last: Promise<unknown> = Promise.resolve()
  /** Undo, redo and selections that are under way. */
  #blocking = 0
  /** Keys that wait, and when the last of them has acted. */
  #waitingKeys = 0
  #keys: Promise<unknown> = Promise.resolve()
  readonly #screens = new Set<() => Promise<unknown>>()
  readonly #onStart: () => void

  /** @param onStart is called before each change is made. */
  constructor(onStart: () => void = () => undefined) {
    this.#onStart = onStart
  }

  /** Makes a change when all before it are made. */
  run<T>(change: () => Promise<T>): Promise<T> {
    this.#onStart()
    const done = this.#last.then(change)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Undo or redo. It is done when the screens show what came of it. */
  async navigateHistory(change: () => Promise<unknown>): Promise<void> {
    this.#blocking++
    try {
      if (this.#waitingKeys > 0) await this.#keys
      await this.run(async () => {
        await change()
        await Promise.all([...this.#screens].map((show) => show()))
      })
    } finally {
      this.#blocking--
    }
  }

  /** Begins at once, and what comes after it waits: for a selection whose photos the core has to name. */
  async block(work: () => Promise<unknown>): Promise<void> {
    this.#blocking++
    const done = work()
    this.#last = Promise.allSettled([this.#last, done])
    try {
      await done
    } finally {
      this.#blocking--
    }
  }

  /**
   * For keys that mean what is shown: at once, or when an undo, redo or selection under way is done, or where `isChanging`
   * is true because what shows is being changed. What shows until then is outdated, so that no key can mean it.
   */
  whenIdle(act: () => void, isChanging = false): void {
    if (this.#blocking === 0 && this.#waitingKeys === 0 && !isChanging) {
      act()
      return
    }
    this.#waitingKeys++
    // What the key before has begun is saved first: this one means what came of it.
    const acted = this.#keys.then(() => this.settled()).then(act)
    this.#keys = acted.catch(() => undefined)
    void acted.finally(() => {
      this.#waitingKeys--
    })
  }

  /** `show` brings a screen up to date after an undo or redo; keys wait for it. Returns the function that ends this. */
  onHistoryMoved(show: () => Promise<unknown>): () => void {
    this.#screens.add(show)
    return () => this.#screens.delete(show)
  }

  /** When every change up to now is saved. */
  async settled(): Promise<void> {
    await this.#last
  }
}
