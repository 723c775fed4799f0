// Rows with checkboxes: a click with Shift is about all rows from the one that was clicked before.

export class RangeChoice {
  #before: string | null = null

  /** Returns the names that a click on one of them is about, in the order of the list. */
  namesOf(all: readonly string[], clicked: string, isRange: boolean): readonly string[] {
    const from = isRange && this.#before !== null ? all.indexOf(this.#before) : -1
    const at = all.indexOf(clicked)
    this.#before = clicked
    return from === -1 || at === -1 ? [clicked] : all.slice(Math.min(at, from), Math.max(at, from) + 1)
  }
}
