// Where a list takes the place of another one, the tiles on screen come first: those beyond the window, which are more,
// keep the photos of the list before until the new one was painted.
import { painted } from '../lists/painted.ts'
import type { OpenView } from './photo-list.ts'

export class Handover {
  #from = $state(Infinity)
  #before: OpenView | null = null
  #begun = 0

  /** Begins, as the view takes the place of `before`; `end` is the index of the first photo beyond the window. */
  async begin(before: OpenView | null, end: number): Promise<void> {
    if (before === null) return
    const own = ++this.#begun
    // Tiles that still wait keep what they show.
    this.#before ??= before
    this.#from = end
    await painted()
    if (own !== this.#begun) return
    this.#from = Infinity
    this.#before = null
  }

  /** The view whose photo a tile shows. */
  viewAt(index: number, now: OpenView | null): OpenView | null {
    return index >= this.#from ? this.#before : now
  }
}
