// The stored suggestions of all photos in a few long arrays, and which of their labels show.
import type { Merged } from '../domain/rule-set.ts'
import { grown } from './typed-arrays.ts'

export class SuggestionPool {
  /** Classes as predicted, with their scores; each photo has a range of them. */
  classes = new Int32Array(0)
  scores = new Float64Array(0)
  /** Visible labels, at the start of the photo's range: never more than its classes. */
  visible = new Int32Array(0)
  /** Scores of the visible labels, and 1 where one does not count as a suggestion. */
  visibleScores = new Float64Array(0)
  isWeak = new Uint8Array(0)
  #start = new Int32Array(1)
  #count = new Uint8Array(1)
  #visibleCount = new Uint8Array(1)
  #end = 0
  #used = 0

  grow(size: number): void {
    this.#start = grown(this.#start, size)
    this.#count = grown(this.#count, size)
    this.#visibleCount = grown(this.#visibleCount, size)
  }

  startOf = (id: number): number => this.#start[id] ?? 0
  countOf = (id: number): number => this.#count[id] ?? 0
  visibleCountOf = (id: number): number => this.#visibleCount[id] ?? 0

  clear(id: number): void {
    this.#used -= this.countOf(id)
    this.#count[id] = 0
    this.#visibleCount[id] = 0
  }

  /** Replaces the suggestions of a photo by the entries `from` up to `to`. */
  put(
    id: number,
    labelIds: readonly number[],
    scores: readonly number[],
    from: number,
    to: number,
    labelOf: (labelId: number) => number,
  ): void {
    this.clear(id)
    const count = to - from
    this.#makeRoom(count)
    this.#start[id] = this.#end
    this.#count[id] = count
    for (let i = 0; i < count; i++) {
      this.classes[this.#end + i] = labelOf(labelIds[from + i] ?? 0)
      this.scores[this.#end + i] = scores[from + i] ?? 0
    }
    this.#end += count
    this.#used += count
  }

  /** Stores the visible labels of `merged`. */
  show(id: number, merged: Merged): void {
    const start = this.startOf(id)
    let shown = 0
    for (let i = 0; i < merged.count; i++)
      if (merged.isVisible[i] === 1) {
        this.visible[start + shown] = merged.labels[i] ?? 0
        this.visibleScores[start + shown] = merged.scores[i] ?? 0
        this.isWeak[start + shown] = merged.isWeak[i] ?? 0
        shown++
      }
    this.#visibleCount[id] = shown
  }

  /** Ranges are only ever appended; when more than half is unused, the pool is compacted. */
  #makeRoom(count: number): void {
    const needed = this.#end + count
    if (needed > this.classes.length && this.#used < this.#end / 2) this.#compact()
    this.classes = grown(this.classes, this.#end + count)
    this.scores = grown(this.scores, this.#end + count)
    this.visible = grown(this.visible, this.#end + count)
    this.visibleScores = grown(this.visibleScores, this.#end + count)
    this.isWeak = grown(this.isWeak, this.#end + count)
  }

  #compact(): void {
    const { classes, scores, visible, visibleScores, isWeak } = this
    const [newClasses, newScores] = [classes.slice(), scores.slice()]
    const [newVisible, newVisibleScores, newIsWeak] = [visible.slice(), visibleScores.slice(), isWeak.slice()]
    let end = 0
    for (let id = 0; id < this.#start.length; id++) {
      const count = this.countOf(id)
      if (count === 0) continue
      const start = this.startOf(id)
      newClasses.set(classes.subarray(start, start + count), end)
      newScores.set(scores.subarray(start, start + count), end)
      newVisible.set(visible.subarray(start, start + count), end)
      newVisibleScores.set(visibleScores.subarray(start, start + count), end)
      newIsWeak.set(isWeak.subarray(start, start + count), end)
      this.#start[id] = end
      end += count
    }
    Object.assign(this, { classes: newClasses, scores: newScores, visible: newVisible })
    Object.assign(this, { visibleScores: newVisibleScores, isWeak: newIsWeak })
    this.#end = end
  }
}
