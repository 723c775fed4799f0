// Reads something again after it has changed: by one reading at a time, with a gap between two.
export class Refresh {
  readonly #read: () => Promise<unknown>
  readonly #gapMs: number
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastMs = -Infinity
  #isReading = false
  /** Whether something changed since the last reading began. */
  #isStale = false

  constructor(read: () => Promise<unknown>, gapMs: number) {
    this.#read = read
    this.#gapMs = gapMs
  }

  /** A core that is asked again before it has answered would get ever further behind. */
  readonly soon = (): void => {
    this.#isStale = true
    if (this.#timer !== undefined || this.#isReading) return
    const waitMs = Math.max(0, this.#lastMs + this.#gapMs - performance.now())
    this.#timer = setTimeout(() => void this.now(), waitMs)
  }

  /** Resolves when everything is read; what changes meanwhile is read afterwards. */
  async now(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isStale = false
    this.#isReading = true
    try {
      await this.#read()
    } finally {
      this.#end()
    }
  }

  #end(): void {
    this.#isReading = false
    this.#lastMs = performance.now()
    if (this.#isStale) this.soon()
  }
}
