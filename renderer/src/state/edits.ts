// What a person changes, one after the other in the order of the keys: calls that travel side by side may overtake each
// other, and an undo that comes before its label would take back another one.

export class Edits {
  #last: Promise<unknown> = Promise.resolve()
  /** Undo, redo and selections that are under way. */
  #moves = 0
  /** Keys that wait, and when the last of them has acted. */
  #waiting = 0
  #keys: Promise<unknown> = Promise.resolve()
  readonly #screens = new Set<() => Promise<unknown>>()
  readonly #onStart: () => void

  /** @param onStart hears of every change before it is made. */
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
  async move(change: () => Promise<unknown>): Promise<void> {
    this.#moves++
    try {
      if (this.#waiting > 0) await this.#keys
      await this.run(async () => {
        await change()
        await Promise.all([...this.#screens].map((show) => show()))
      })
    } finally {
      this.#moves--
    }
  }

  /** Begins at once, and what comes after it waits: for a selection whose photos the core has to name. */
  async hold(work: () => Promise<unknown>): Promise<void> {
    this.#moves++
    const done = work()
    this.#last = Promise.allSettled([this.#last, done])
    try {
      await done
    } finally {
      this.#moves--
    }
  }

  /**
   * For keys that mean what is shown: at once, or when an undo, redo or selection under way is done, or where `isChanging`
   * says that what shows is being changed. What shows until then is no longer true, and nothing that a person could mean.
   */
  afterMoves(act: () => void, isChanging = false): void {
    if (this.#moves === 0 && this.#waiting === 0 && !isChanging) {
      act()
      return
    }
    this.#waiting++
    // What the key before has begun is saved first: this one means what came of it.
    const acted = this.#keys.then(() => this.settled()).then(act)
    this.#keys = acted.catch(() => undefined)
    void acted.finally(() => {
      this.#waiting--
    })
  }

  /** `show` brings a screen up to date after an undo or redo; keys wait for it. Gives the function that ends this. */
  onMoved(show: () => Promise<unknown>): () => void {
    this.#screens.add(show)
    return () => this.#screens.delete(show)
  }

  /** When everything up to now is saved. */
  async settled(): Promise<void> {
    await this.#last
  }
}
